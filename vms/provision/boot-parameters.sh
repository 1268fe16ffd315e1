#!/bin/sh
# boot-parameters.sh [PARAMETER...]: gives every kernel of this box these boot parameters, and takes away those that an earlier call gave
# and that are not among them. They count from the next boot on; check-boot.sh says whether they do.
set -eu
record=/etc/lab-boot-parameters
wanted=$*
given=$(cat "$record" 2>/dev/null || true)
if command -v grubby >/dev/null; then
  [ -z "$given" ] || grubby --update-kernel=ALL --remove-args="$given"
  [ -z "$wanted" ] || grubby --update-kernel=ALL --args="$wanted"
elif command -v update-grub >/dev/null; then
  # What is in grub.d is read after /etc/default/grub.
  mkdir -p /etc/default/grub.d
  # shellcheck disable=SC2016  # grub's to expand
  printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX %s"\n' "$wanted" >/etc/default/grub.d/lab.cfg
  update-grub
else
  echo 'boot-parameters.sh: neither grubby nor update-grub is here, so how this system boots is unknown' >&2
  exit 1
fi
printf '%s\n' "$wanted" >"$record"
echo "boot parameters of the lab: ${wanted:-none}"

#!/bin/sh
# mount-flags.sh unset|shared|slave|private: gives docker's unit these MountFlags, by a drop-in. `unset` takes away those of the unit
# itself, like the slave of CentOS' docker. They count from docker's next start on.
set -eu
flags=${1:?'usage: mount-flags.sh unset|shared|slave|private'}
drop_in=/etc/systemd/system/docker.service.d/lab-mount-flags.conf
case $flags in
unset) value= ;;
shared | slave | private) value=$flags ;;
*)
  echo "mount-flags.sh: $flags is none of unset, shared, slave, private" >&2
  exit 64
  ;;
esac
mkdir -p "${drop_in%/*}"
printf '[Service]\nMountFlags=%s\n' "$value" >"$drop_in.new"
mv "$drop_in.new" "$drop_in"
systemctl daemon-reload
echo "MountFlags of docker.service: $flags"

#!/bin/sh
# check-boot.sh RELEASE [PARAMETER...]: fails unless a kernel whose release begins so has booted, with these parameters. That a parameter is
# there says nothing about its effect; `npm run scenario boot-parameter` measures that.
set -eu
release=${1:?'usage: check-boot.sh RELEASE [PARAMETER...]'}
shift
running=$(uname -r)
case $running in
"$release"*) ;;
*)
  echo "check-boot.sh: the kernel $running runs, and $release was to boot" >&2
  exit 1
  ;;
esac
line=$(cat /proc/cmdline)
for parameter; do
  case " $line " in
  *" $parameter "*) ;;
  *)
    echo "check-boot.sh: the kernel was booted without $parameter: $line" >&2
    exit 1
    ;;
  esac
done
echo "kernel $running, booted with: $line"

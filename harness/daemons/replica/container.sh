#!/bin/sh
# container.sh ROOT LOWER HOSTNAME WORKDIR CGROUPS PROGRAM-AND-ITS-ENVIRONMENT…: becomes the container's program, in the
# namespaces that it is in already. A failure before that is reported on descriptor 3.
# Busybox's shell runs its own applets, by /proc/self/exe: they are there after the root has changed, too.
set -eu
exec 4>&2 2>&3
root=$1 lower=$2 hostname=$3 workdir=$4 cgroups=$5
shift 5

for directory in $cgroups; do
  echo 0 >"$directory/cgroup.procs"
done
hostname "$hostname"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$root/diff,workdir=$root/work" "$root/merged"
cd "$root/merged"
mkdir -p proc sys dev
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755,size=64k tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/.old
pivot_root . dev/.old
cd "$workdir"
umount -l /dev/.old
rmdir /dev/.old
echo ready >&3
exec 2>&4 3>&- 4>&-
exec env -i "$@"

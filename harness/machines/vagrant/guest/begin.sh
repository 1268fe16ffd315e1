#!/bin/sh
# begin.sh DISK [MEMORY]: makes a box ready for a cell. The box's own docker does not run, and what the cell's writes goes to a file system
# of DISK bytes, that goes with the cell. What the cell starts, containers aside, may have MEMORY bytes. Prints systemd's version, and what
# the box runs on.
set -eu
for unit in docker.socket docker.service containerd.service; do
  # A unit that the box does not have cannot be stopped.
  systemctl cat "$unit" >/dev/null 2>&1 || continue
  systemctl stop "$unit"
  systemctl mask --runtime "$unit" >/dev/null 2>&1
done
mkdir -p /var/lib/docker /run/lab
chmod 700 /run/lab
mount -t tmpfs -o "size=$1,mode=755" lab /var/lib/docker
version=$(systemctl --version | sed -n 's/^systemd \([0-9]*\).*/\1/p')
# Its name until systemd 231. Where memory is not accounted, it is taken and does nothing.
property=MemoryLimit
[ "$version" -lt 231 ] || property=MemoryMax
systemctl set-property --runtime lab.slice "$property=${2:-infinity}"
echo "systemd=$version"
# It fails where there is nothing to detect.
echo "virtualization=$(systemd-detect-virt || true)"

#!/bin/sh
# begin.sh DISK: makes a box ready for a cell. The box's own docker does not run, and what the cell's writes goes to a file system of
# DISK bytes, that goes with the cell. Prints systemd's version, and what the box runs on.
set -eu
for unit in docker.socket docker.service containerd.service; do
  # What the box has not can't be stopped.
  systemctl cat "$unit" >/dev/null 2>&1 || continue
  systemctl stop "$unit"
  systemctl mask --runtime "$unit" >/dev/null 2>&1
done
mkdir -p /var/lib/docker /run/lab
chmod 700 /run/lab
mount -t tmpfs -o "size=$1,mode=755" lab /var/lib/docker
systemctl --version | sed -n 's/^systemd \([0-9]*\).*/systemd=\1/p'
# It fails where there is nothing to detect.
echo "virtualization=$(systemd-detect-virt || true)"

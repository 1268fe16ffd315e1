#!/bin/busybox sh
# shellcheck shell=dash
# init.sh: the first program of a box's initrd. Loads the modules of its disk, and goes on with systemd.
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*; do /bin/busybox insmod "$module"; done
until [ -e /dev/vda1 ]; do /bin/busybox usleep 10000; done
/bin/busybox mount -t ext4 /dev/vda1 /root
/bin/busybox mount -o move /dev /root/dev
exec /bin/busybox switch_root /root /lib/systemd/systemd

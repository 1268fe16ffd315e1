#!/bin/sh
# docker-root.sh DISK TARGET...: makes the root of a host of dockers in /cell of a guest, as local/init.sh does in a namespace.
# DISK is how many bytes may be written there. The disks of the guest, in the order of their names, are the userland and what
# is to be shown, read-only, at each TARGET; one that ends with a slash is for a whole disk, else for the one file that is in it.
set -eu
disk_bytes=$1
shift
root=/cell
mkdir -p $root /lab/userland /lab/written
mount -t ext4 -o ro /dev/vda /lab/userland
mount -t tmpfs -o "size=$disk_bytes,mode=755" lab /lab/written
cd /lab/written
mkdir upper work docker
mount -t overlay -o lowerdir=/lab/userland,upperdir=upper,workdir=work overlay $root
mkdir -p $root/var/lib/docker
# Beside the overlay and not on it: overlay2 refuses an overlay as its backing file system.
mount -o bind docker $root/var/lib/docker

for shared in proc sys dev; do mount -o rbind /$shared $root/$shared; done
mkdir -p $root/dev/mqueue
mount -t mqueue mqueue $root/dev/mqueue
mount -t tmpfs -o mode=755,size=64m tmpfs $root/run
mount -t tmpfs -o mode=1777,size=256m tmpfs $root/tmp
mkdir -m 700 $root/run/lab
# As systemd has it on every host. Kernels since 5.11 know no other way.
! [ -e /sys/fs/cgroup/memory/memory.use_hierarchy ] || echo 1 >/sys/fs/cgroup/memory/memory.use_hierarchy

for disk in /sys/block/vd[b-z]; do
  [ $# -gt 0 ] || break
  shown=/lab/shown/${disk##*/}
  mkdir -p "$shown"
  mount -t ext4 -o ro "/dev/${disk##*/}" "$shown"
  target=$root$1
  case $target in
  */) mkdir -p "$target" ;;
  *)
    mkdir -p "${target%/*}"
    : >"$target"
    shown=$shown/file
    ;;
  esac
  mount -o bind "$shown" "$target"
  shift
done

# A kernel without nf_tables has the legacy tables.
if ! chroot $root /usr/sbin/xtables-nft-multi iptables -t nat -S >/dev/null 2>&1; then
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-legacy-multi "$root/usr/sbin/$tool"
  done
fi
# Shared, as systemd makes the root of every host.
mount --make-rshared $root
hostname cell

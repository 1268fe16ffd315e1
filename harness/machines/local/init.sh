#!/bin/sh
# init.sh: PID 1 of a cell, in namespaces of its own. Makes the root file system, says "ready", and lives for as long
# as its standard input: when the harness dies, in any way, the pipe closes, PID 1 ends, and the kernel kills
# every process of the PID namespace and drops the mounts, the network and the cell's files with them.
#
# Environment: USERLAND (directory, only read), DISK (bytes for everything that the cell writes),
# BINDS (lines "source target": host directories shown read-only), CGROUPS (lines "controllers path", or "v2 path").
set -eu
exec 3<&0

# The cell writes to a tmpfs of bounded size, which is mounted over a directory that every userland has. Nothing
# of a cell is ever on a disk, so nothing has to be swept there.
cd "$USERLAND"
mount -t tmpfs -o "size=$DISK,mode=755" lab tmp
cd tmp
mkdir upper work root docker
# Relative, since a comma or a colon in the cache's path would end an option of overlay.
mount -t overlay -o lowerdir=..,upperdir=upper,workdir=work overlay root
root=$PWD/root
# Static, so that it runs on the host as well, which then needs fewer tools. With its mount a cell takes 54 ms of CPU to make, with util-linux' 74.
busybox=$root/bin/busybox
"$busybox" mkdir -p "$root/var/lib/docker" "$root/old" "$root/tmp"

# Beside the overlay and not on it: overlay2 refuses an overlay as its backing file system.
"$busybox" mount -o bind docker "$root/var/lib/docker"
"$busybox" mount -t proc proc "$root/proc"
# dockerd raises kernel.keys.root_maxkeys, which has no namespace: the host keeps its value. The network's do.
"$busybox" mount -o bind "$root/proc/sys" "$root/proc/sys"
"$busybox" mount -o bind "$root/proc/sys/net" "$root/proc/sys/net"
"$busybox" mount -o remount,bind,ro "$root/proc/sys"
"$busybox" mount -t sysfs sysfs "$root/sys"
"$busybox" mount -t tmpfs -o mode=755,size=64m tmpfs "$root/run"
"$busybox" mount -t tmpfs -o mode=1777,size=256m tmpfs "$root/tmp"
"$busybox" mkdir -m 700 "$root/run/lab"

"$busybox" mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  "$busybox" mount -o bind "/dev/$device" "$root/dev/$device"
done
"$busybox" mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
"$busybox" mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
"$busybox" ln -s pts/ptmx "$root/dev/ptmx"
"$busybox" ln -s /proc/self/fd "$root/dev/fd"

# No cgroup2 file system beside v1 hierarchies: the runc of docker 1.13 trips over it ("no subsystem for mount").
printf '%s\n' "$CGROUPS" | while read -r controllers path; do
  if [ "$controllers" = v2 ]; then
    "$busybox" mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    # Not by sed itself: busybox's says nothing of what it cannot write.
    controllers=$("$busybox" sed 's/\(^\| \)/ +/g' "$root/sys/fs/cgroup/cgroup.controllers")
    echo "$controllers" >"$root/sys/fs/cgroup/cgroup.subtree_control"
    continue
  fi
  [ -n "${base-}" ] || "$busybox" mount -t tmpfs -o mode=755,size=1m cgroup "$root/sys/fs/cgroup"
  base=mounted
  "$busybox" mkdir -p "$root$path"
  "$busybox" mount -t cgroup -o "$controllers" cgroup "$root$path"
done

printf '%s\n' "$BINDS" | while read -r source target; do
  [ -n "$source" ] || continue
  "$busybox" mkdir -p "$root$target"
  "$busybox" mount -o bind "$source" "$root$target"
  "$busybox" mount -o remount,bind,ro "$root$target"
done

"$busybox" ip link set lo up
# A kernel without nf_tables has the legacy tables.
if ! "$busybox" chroot "$root" /usr/sbin/xtables-nft-multi iptables -t nat -S >/dev/null 2>&1; then
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    "$busybox" ln -sf xtables-legacy-multi "$root/usr/sbin/$tool"
  done
fi

cd "$root"
"$busybox" pivot_root . old
# From here on only the userland is in sight. Shared, as systemd makes the root of every host.
exec /bin/busybox sh -c '
  cd /
  busybox umount -l /old
  busybox mount --make-rshared /
  busybox hostname cell
  echo ready
  busybox cat <&3 >/dev/null &
  # Waiting for one child reaps every other that the shims leave to PID 1.
  wait $!
'

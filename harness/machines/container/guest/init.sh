#!/lab/busybox sh
# init.sh FRAME WINDOW: PID 1 of a container that is a cell. Lays out its root as that of a local cell (local/init.sh says why
# each of these is), and becomes the agent, which lives for as long as the container's standard input: when the harness dies, in
# any way, the engine closes that, PID 1 ends, and the engine removes the container.
# /var/lib/docker is a volume: overlay2 refuses an overlay, as the root is, for its backing file system.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
ulimit -n "$(ulimit -H -n)"

mkdir -p /run /tmp
mount -t tmpfs -o mode=755,size=64m tmpfs /run
mount -t tmpfs -o mode=1777,size=256m tmpfs /tmp
mkdir -m 700 /run/lab

# Settings that have no namespace stay those of the engine's host; the network's have one.
mount -o bind /proc/sys /proc/sys
mount -o bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  echo 1 >/sys/fs/cgroup/init/cgroup.procs
  # Not by sed itself: busybox's says nothing of what it cannot write.
  controllers=$(sed 's/\(^\| \)/ +/g' /sys/fs/cgroup/cgroup.controllers)
  echo "$controllers" >/sys/fs/cgroup/cgroup.subtree_control
elif [ -e /sys/fs/cgroup/unified/cgroup.procs ]; then
  umount /sys/fs/cgroup/unified
fi

# A kernel without nf_tables has the legacy tables.
if [ -e /usr/sbin/xtables-nft-multi ] && ! /usr/sbin/xtables-nft-multi iptables -t nat -S >/dev/null 2>&1; then
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-legacy-multi "/usr/sbin/$tool"
  done
fi

# Engines make it a slave of their own mount; on a host it has no master.
mount --make-rprivate /
mount --make-rshared /
exec /lab/line /lab/init 3 "$@"

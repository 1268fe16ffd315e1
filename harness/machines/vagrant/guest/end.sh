#!/bin/sh
# end.sh: ends all that a cell has started in a box, and removes what it has left, so that the next finds none of it. Fails when
# something is still there: such a box has to boot again.
set -u
systemctl kill --signal=KILL lab.slice 2>/dev/null
systemctl stop lab.slice 2>/dev/null

# Containers are in cgroups of their own, whichever daemon has made them.
containers() { find /sys/fs/cgroup -type d \( -path '*/docker/*' -o -name 'docker-*.scope' \) 2>/dev/null; }
processes() { containers | while read -r group; do cat "$group/cgroup.procs" 2>/dev/null; done | sort -u; }
tries=0
while [ -n "$(processes)" ] && [ $tries -lt 50 ]; do
  processes | xargs -r kill -KILL 2>/dev/null
  tries=$((tries + 1))
  sleep 0.2
done
containers | sort -r | xargs -r rmdir 2>/dev/null
find /sys/fs/cgroup -depth -type d -name docker -exec rmdir {} \; 2>/dev/null

# Innermost first.
mounts() { cut -d ' ' -f 2 /proc/mounts | grep -E '^(/var/lib/docker|/run/docker|/var/run/docker|/run/lab|/opt/beside/root)(/|$)'; }
mounts | sort -r | while read -r place; do umount -l "$place"; done
rm -rf /run/docker /run/docker.pid /run/docker.sock /run/lab /run/systemd/system/lab-*.service
systemctl daemon-reload
systemctl reset-failed 2>/dev/null

# A daemon that was killed has left its bridge and its rules.
for link in /sys/class/net/docker* /sys/class/net/br-* /sys/class/net/veth*; do
  [ ! -e "$link" ] || ip link delete "${link##*/}" 2>/dev/null
done
if command -v iptables >/dev/null; then
  iptables --policy FORWARD ACCEPT
  for table in filter nat; do
    iptables --table "$table" --flush
    iptables --table "$table" --delete-chain
  done
fi

left=$(processes; mounts)
[ -z "$left" ] || {
  echo "end.sh: still there: $left" >&2
  exit 1
}

fail() { echo "$*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail 'this needs root'
root=
for candidate in /sys/fs/cgroup/memory /sys/fs/cgroup; do
  [ -n "$root" ] || [ ! -e "$candidate/cgroup.procs" ] || root=$candidate
done
[ -n "$root" ] || fail 'no memory cgroups are mounted'
[ ! -e "$root/cgroup.subtree_control" ] || grep -q memory "$root/cgroup.subtree_control" ||
  fail "cgroups have no memory controller: echo +memory >$root/cgroup.subtree_control switches it on"
kept=$(mktemp -d)
mount -t tmpfs -o size=64m tmpfs "$kept" || exit 2
holders=
# What was charged to the cgroups is let go of, whatever happens.
# shellcheck disable=SC2317  # called by the trap
clean_up() {
  # shellcheck disable=SC2086  # process ids
  [ -z "$holders" ] || kill -9 $holders 2>/dev/null
  find "$root" -maxdepth 1 -name "reproduce-$$-*" -exec rmdir {} \;
  umount "$kept"
  rmdir "$kept"
}
trap clean_up EXIT
trap 'exit 2' INT TERM HUP

# Those that the kernel has, less those that have a directory.
dying() {
  if [ "$root" = /sys/fs/cgroup/memory ]; then
    known=$(sed -n 's/^memory\t[0-9]*\t\([0-9]*\)\t.*/\1/p' /proc/cgroups)
    echo $((known - $(find "$root" -type d | wc -l)))
  else
    sed -n 's/^nr_dying_descendants //p' "$root/cgroup.stat"
  fi
}

one() {
  cgroup=$root/reproduce-$$-$1
  mkdir "$cgroup" || exit 2
  # As the runc of docker 1.13 does: before 4.5 this is what switches the accounting of kernel memory on.
  echo 1073741824 2>/dev/null >"$cgroup/memory.kmem.limit_in_bytes" || :
  case $workload in
  kmem)
    mkfifo "$kept/$1"
    # Held by a process outside of the cgroup; only what is written to the pipe is charged to it.
    sleep 86400 <>"$kept/$1" &
    holders="$holders $!"
    file=$kept/$1
    ;;
  page-cache) file=$kept/$1 ;;
  *) file=/dev/null ;;
  esac
  # shellcheck disable=SC2016  # the child's to expand
  sh -c 'echo $$ >"$0/cgroup.procs" && exec head -c 4096 /dev/zero >"$1"' "$cgroup" "$file"
  tries=0
  until rmdir "$cgroup" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "$cgroup can not be removed, though its only process has ended"
    sleep 0.1
  done
}

before=$(dying)
for number in $(seq "$cgroups"); do one "$number"; done
sync
after=$(dying)
slab=$(sed -n 's/^SUnreclaim: *//p' /proc/meminfo)
echo "kernel $(uname -r), $(cat /proc/cmdline)"
echo "$cgroups memory cgroups came and went, each leaving $workload: $before dying ones before, $after after; SUnreclaim $slab"
if [ $((after - before)) -ge $((cgroups * 9 / 10)) ]; then
  echo "REPRODUCED: the kernel keeps $((after - before)) of $cgroups removed memory cgroups"
  exit 0
fi
echo "NOT REPRODUCED: the kernel keeps $((after - before)) of $cgroups removed memory cgroups"
exit 1

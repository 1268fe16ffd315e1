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
# On every exit, everything that was charged to the cgroups is released.
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

# On 3.10 none is dying; what is kept of each shows in the ids of the slab caches that were copied for it.
ids() { find /sys/kernel/slab -maxdepth 1 2>/dev/null | sed -n 's/.*(\([0-9]*\):.*)$/\1/p' | sort -u | wc -l; }

# in_cgroup COMMANDS FILE: a shell in the cgroup, to which FILE is $1.
in_cgroup() { sh -c "echo \$\$ >\"\$0/cgroup.procs\" && { $1; }" "$cgroup" "$2"; }

one() {
  cgroup=$root/reproduce-$$-$1
  mkdir "$cgroup" || exit 2
  # As runc does, before any process is in it: until 4.5 this is what switches the accounting of kernel memory on.
  [ "$kmem" = off ] || echo 1073741824 2>/dev/null >"$cgroup/memory.kmem.limit_in_bytes" || :
  file=/dev/null
  case $workload in
  kmem)
    mkfifo "$kept/$1"
    # Held by a process outside of the cgroup; only what is written to the pipe is charged to it.
    sleep 86400 <>"$kept/$1" &
    holders="$holders $!"
    file=$kept/$1
    ;;
  page-cache) file=$kept/$1 ;;
  esac
  # shellcheck disable=SC2016  # the child's to expand
  case $workload in
  # 3.10 copies a slab cache some time after its first use in a cgroup: the first six files wait for that.
  files-kept)
    in_cgroup 'n=0; while [ $n -lt 60 ]; do : >"$1-$n"; n=$((n + 1)); [ $n != 6 ] || sleep 0.05; done' "$kept/$1"
    sleep 0.1
    ;;
  objects-freed) in_cgroup 'n=0; while [ $n -lt 60 ]; do : >"$1-$n"; rm "$1-$n"; n=$((n + 1)); done' "$kept/$1" ;;
  shell) in_cgroup 'for n in 1 2 3; do echo $n >"$1"; cat "$1" | cat >/dev/null; done; rm "$1"' "$kept/$1" ;;
  *) in_cgroup 'exec head -c 4096 /dev/zero >"$1"' "$file" ;;
  esac
  tries=0
  until rmdir "$cgroup" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "$cgroup cannot be removed, though its only process has ended"
    sleep 0.1
  done
}

before=$(dying) ids_before=$(ids)
for number in $(seq "$cgroups"); do one "$number"; done
sync
dead=$(($(dying) - before)) kept_ids=$(($(ids) - ids_before))
slab=$(sed -n 's/^SUnreclaim: *//p' /proc/meminfo)
echo "kernel $(uname -r), $(cat /proc/cmdline)"
echo "$cgroups memory cgroups came and went, workload $workload, kmem $kmem: $dead more dying ones, $kept_ids more ids of copied slab caches; SUnreclaim $slab"
[ $dead -ge $kept_ids ] || dead=$kept_ids
if [ $dead -ge $((cgroups * 8 / 10)) ]; then
  echo "REPRODUCED: the kernel keeps $dead of $cgroups removed memory cgroups"
  exit 0
fi
echo "NOT REPRODUCED: the kernel keeps $dead of $cgroups removed memory cgroups"
exit 1

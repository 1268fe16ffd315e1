: "${BINARIES:=}"
fail() { echo "$*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail 'this needs root'
if [ -n "$BINARIES" ]; then
  BINARIES=$(cd "$BINARIES" && pwd) || exit 2
  export BINARIES "PATH=$BINARIES:$PATH"
fi
for program in dockerd unshare nsenter mount curl; do
  command -v "$program" >/dev/null || fail "this needs $program${BINARIES:+, and $BINARIES has none}"
done
unshare --help | grep -q -e --kill-child || fail 'this needs an unshare with --kill-child: util-linux 2.32 or later'
curl --version | grep -q UnixSockets || fail 'this needs a curl that speaks to unix sockets: 7.40 or later'
version=$(dockerd --version 2>&1) || fail "dockerd --version: $version"
case $version$(stat -f -c %t /sys/fs/cgroup) in
*' version 1.'*63677270 | *' version 1'[789].*63677270) fail "$version knows no cgroup v2, and this host has nothing else" ;;
esac

# Once more, in namespaces of its own, as the first process: all others end with it, and nothing stays.
if [ -z "${INSIDE-}" ]; then
  work=$(mktemp -d)
  INSIDE=$work unshare --mount --pid --net --ipc --uts --fork --kill-child --propagation private sh "$0" "$@" &
  inside=$!
  trap 'kill -KILL "$inside"' INT TERM HUP
  wait "$inside"
  code=$?
  # What the kernel keeps of containers: cgroups, which are empty as soon as the last process is gone.
  for _ in $(seq 50); do
    find /sys/fs/cgroup -depth -type d -path "*/reproduce-${work##*/}*" -exec rmdir {} + 2>/dev/null && break
    sleep 0.1
  done
  rmdir "$work"
  exit "$code"
fi
work=$INSIDE
[ $$ = 1 ] || fail 'INSIDE is for this script alone'
{ mount -t proc proc /proc && mount -t tmpfs -o size=256m,mode=700 tmpfs "$work" && mkdir "$work/etc"; } || exit 2
# What dockers find at fixed places is this host's: /etc/docker, the sockets of a containerd, of systemd and of firewalld,
# /run/docker/libnetwork, AppArmor. None of it is for a daemon that is only tried.
cp -a /etc/. "$work/etc"
rm -rf "$work/etc/docker" "$work/etc/resolv.conf"
cat /etc/resolv.conf >"$work/etc/resolv.conf"
{ mount --bind "$work/etc" /etc && mount -t tmpfs tmpfs /run; } || exit 2
[ ! -d /sys/kernel/security ] || mount -t tmpfs tmpfs /sys/kernel/security
# Beside cgroup v1, the runc of 1.13 takes it for a controller that it does not know: "no subsystem for mount".
[ ! -d /sys/fs/cgroup/unified ] || umount -l /sys/fs/cgroup/unified 2>/dev/null || :
# As systemd makes the root of every host.
mount --make-rshared /
data=--data-root
# Before 17.05 it has another name.
dockerd --help | grep -q -e "$data" || data=--graph
started=0

# start_dockerd PREFIX: a command line that starts the rest of it, or nothing; waits until it answers.
start_dockerd() {
  started=$((started + 1))
  log=$work/dockerd-$started.log
  # vfs works on every kernel and leaves no devices behind.
  # shellcheck disable=SC2086  # words of a command
  $1 dockerd "$data" "$work/data" --exec-root "$work/run" --pidfile "$work/docker.pid" --host "unix://$work/docker.sock" \
    --storage-driver vfs --cgroup-parent "/reproduce-${work##*/}" --exec-opt native.cgroupdriver=cgroupfs \
    --iptables=false --ip-masq=false "--live-restore=$live_restore" --debug >"$log" 2>&1 &
  deadline=$(($(date +%s) + 120))
  until [ "$(curl --silent --max-time 5 --unix-socket "$work/docker.sock" http://docker/_ping)" = OK ]; do
    { kill -0 $! 2>/dev/null && [ "$(date +%s)" -lt $deadline ]; } || fail "dockerd does not answer: $(tail -n 5 "$log")"
    sleep 0.1
  done
  dockerd=$(cat "$work/docker.pid")
}

# api METHOD PATH [JSON]
api() {
  curl --silent --show-error --max-time 60 --unix-socket "$work/docker.sock" --request "$1" \
    ${3:+--header 'Content-Type: application/json' --data "$3"} "http://docker$2" 2>&1
}

# run_container NAME: in an empty image that sees this host's programs, and sleeps.
run_container() {
  [ -e "$work/image" ] || head -c 10240 /dev/zero | curl --silent --max-time 60 --unix-socket "$work/docker.sock" \
    --header 'Content-Type: application/x-tar' --data-binary @- 'http://docker/images/create?fromSrc=-&repo=empty' >"$work/image"
  binds=
  for directory in /bin /lib /lib64 /usr; do
    [ ! -d "$directory" ] || binds="$binds${binds:+,}\"$directory:$directory:ro\""
  done
  # An old daemon's filter does not know the system calls of a new libc.
  host="\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"],\"Binds\":[$binds]}"
  answer=$(api POST "/containers/create?name=$1" "{\"Image\":\"empty\",\"Cmd\":[\"/bin/sleep\",\"86400\"],$host}")
  case $answer in *'"Id":'*) answer=$(api POST "/containers/$1/start") ;; esac
  [ -z "$answer" ] || fail "the container $1 does not start: $answer; its image: $(cat "$work/image")"
}

reproduced() { echo "REPRODUCED: $*"; exit 0; }
not_reproduced() { echo "NOT REPRODUCED: $*"; exit 1; }
echo "$version, kernel $(uname -r)"

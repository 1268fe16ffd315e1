: "${BINARIES:=}"
[ -z "$BINARIES" ] || PATH=$BINARIES:$PATH
fail() { echo "$*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail 'this needs root'
for program in dockerd unshare nsenter mount curl; do
  command -v "$program" >/dev/null || fail "this needs $program${BINARIES:+, and $BINARIES has none}"
done

# Once more, in mount, PID, network, IPC and UTS namespaces of its own: nothing of this host is touched, and nothing stays, however it ends.
if [ -z "${INSIDE-}" ]; then
  work=$(mktemp -d)
  INSIDE=$work unshare --mount --pid --net --ipc --uts --fork --kill-child --propagation private sh "$0" "$@" && code=0 || code=$?
  # What the kernel keeps of dead containers: empty cgroups.
  find /sys/fs/cgroup -depth -type d -path "*/reproduce-${work##*/}*" -exec rmdir {} + 2>/dev/null || :
  rmdir "$work"
  exit "$code"
fi
work=$INSIDE
# The first process of its namespace: all others end with it.
[ $$ = 1 ] || fail 'INSIDE is for this script alone'
trap 'exit 2' TERM INT
mount -t proc proc /proc
mount -t tmpfs -o size=256m,mode=700 tmpfs "$work"
# As systemd makes the root of every host.
mount --make-rshared /
data=--data-root
dockerd --help | grep -q -e "$data" || data=--graph
started=0

# start_dockerd PREFIX: a command line that starts the rest of it, or nothing; waits until it answers.
start_dockerd() {
  started=$((started + 1))
  : >"$work/dockerd-$started.log"
  # shellcheck disable=SC2086  # words of a command
  $1 dockerd "$data" "$work/data" --exec-root "$work/run" --pidfile "$work/docker.pid" --host "unix://$work/docker.sock" \
    --cgroup-parent "reproduce-${work##*/}" --exec-opt native.cgroupdriver=cgroupfs --iptables=false --ip-masq=false \
    "$live_restore" --debug >"$work/dockerd-$started.log" 2>&1 &
  tries=0
  until [ "$(api GET /_ping 2>/dev/null)" = OK ]; do
    tries=$((tries + 1))
    if ! kill -0 $! 2>/dev/null || [ $tries -gt 600 ]; then
      tail -n 5 "$work/dockerd-$started.log" >&2
      fail 'dockerd does not answer'
    fi
    sleep 0.1
  done
  dockerd=$(cat "$work/docker.pid")
}

# api METHOD PATH [JSON]
api() {
  curl --silent --show-error --max-time 60 --unix-socket "$work/docker.sock" --request "$1" \
    ${3:+--header 'Content-Type: application/json' --data "$3"} "http://docker$2"
}

# run_container NAME: in an empty image that sees this host's programs, and sleeps.
run_container() {
  [ -e "$work/image" ] || head -c 10240 /dev/zero | tee "$work/image" |
    curl --silent --max-time 60 --unix-socket "$work/docker.sock" --header 'Content-Type: application/x-tar' --data-binary @- \
      'http://docker/images/create?fromSrc=-&repo=empty' >/dev/null
  binds=
  for directory in /bin /lib /lib64 /usr; do
    [ ! -d "$directory" ] || binds="$binds${binds:+,}\"$directory:$directory:ro\""
  done
  api POST "/containers/create?name=$1" "{\"Image\":\"empty\",\"Cmd\":[\"/bin/sleep\",\"86400\"],\"HostConfig\":{\"Binds\":[$binds]}}" >/dev/null
  answer=$(api POST "/containers/$1/start")
  [ -z "$answer" ] || fail "the container $1 does not start: $answer"
}

reproduced() {
  echo "REPRODUCED: $*"
  exit 0
}
not_reproduced() {
  echo "NOT REPRODUCED: $*"
  exit 1
}
echo "$(dockerd --version), kernel $(uname -r)"

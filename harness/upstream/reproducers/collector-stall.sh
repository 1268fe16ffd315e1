start_dockerd ''
run_container c1
containerd=$(cat "$work/run/containerd/containerd.pid" 2>/dev/null || cat "$work/run/libcontainerd/docker-containerd.pid" 2>/dev/null) ||
  fail "this dockerd has no pid file of its containerd in $work/run"
ask() { curl --silent --unix-socket "$work/docker.sock" 'http://docker/containers/c1/stats?stream=false'; }
ask >/dev/null
open_files() { find "/proc/$dockerd/fd" -mindepth 1 | wc -l; }
before=$(open_files)

# The collector asks containerd for every container in turn; it can not go on while this one does not answer.
[ "$collector" = healthy ] || kill -STOP "$containerd"
echo "dockerd $dockerd, $before open files, collector $collector; $calls clients ask for stats once, and wait"
for _ in $(seq "$calls"); do ask >>"$work/answers" & done
sleep "$seconds"
after=$(open_files)
answers=$(grep -o '"read":' "$work/answers" | wc -l)
kill -CONT "$containerd"
echo "after $seconds s: $answers of $calls are answered, $after open files, $((after - before)) more"
# A file or two of the daemon's own come and go, e.g. the connection of the call before.
[ $((after - before)) -lt $((calls * 9 / 10)) ] ||
  reproduced "$((after - before)) more open files for $calls calls, for as long as their clients wait"
not_reproduced 'calls are answered, and let go of'

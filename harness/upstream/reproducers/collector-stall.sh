start_dockerd ''
run_container c1
# Dockers until 18.06 call it docker-containerd.
containerd=$(cat "$work"/run/*/*containerd.pid) || fail "this dockerd has no pid file of its containerd in $work/run/*"
ask() { curl --silent --max-time 120 --unix-socket "$work/docker.sock" 'http://docker/containers/c1/stats?stream=false'; }
answer=$(ask)
case $answer in *'"read":'*) ;; *) fail "stats are not answered before anything is done: $answer" ;; esac
open_files() { find "/proc/$dockerd/fd" -mindepth 1 | wc -l; }
before=$(open_files)

# The collector asks containerd for every container in turn; it cannot go on while this one does not answer. Dockerd kills and
# restarts a containerd that does not answer for long: three times 15 s in 1.13.
[ "$collector" = healthy ] || kill -STOP "$containerd"
echo "dockerd $dockerd, $before open files, collector $collector; $calls clients ask for stats once, and wait"
for _ in $(seq "$calls"); do ask >>"$work/answers" & done
sleep "$seconds"
after=$(open_files)
answers=$(grep -o '"read":' "$work/answers" | wc -l)
kill -CONT "$containerd" || fail "containerd $containerd was replaced during the stall: use fewer seconds"
echo "after $seconds s: $answers of $calls are answered, $after open files, $((after - before)) more"
# A file or two of the daemon's own come and go, e.g. the connection of the call before.
[ $((after - before)) -lt $((calls * 9 / 10)) ] ||
  reproduced "$((after - before)) more open files for $calls calls, for as long as their clients wait"
not_reproduced 'calls are answered, and released'

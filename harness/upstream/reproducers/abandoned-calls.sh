echo "$version, kernel $(uname -r)"
start_dockerd ''
run_container c1
case $endpoint in
attach) set -- --request POST 'http://docker/containers/c1/attach?stream=1&stdout=1&stderr=1' ;;
attach-websocket)
  set -- --header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Origin: http://docker' --header 'Sec-WebSocket-Version: 13' \
    --header 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' 'http://docker/containers/c1/attach/ws?stream=1&stdout=1&stderr=1'
  ;;
events) set -- http://docker/events ;;
*) fail "what is the endpoint $endpoint?" ;;
esac
open_files() { find "/proc/$dockerd/fd" -mindepth 1 | wc -l; }
# Go closes some connections only when it collects garbage; a daemon in debug mode does so when it is asked.
collect() { for _ in 1 2; do api GET '/debug/pprof/heap?debug=1&gc=1' >/dev/null; done; }
goroutines() { api GET '/debug/pprof/goroutine?debug=1' | sed -n 's/^goroutine profile: total //p'; }
collect
files=$(open_files) goroutines=$(goroutines)
echo "dockerd $dockerd, $files open files, $goroutines goroutines; $calls clients call $endpoint, and close after $seconds s"
clients=
for number in $(seq "$calls"); do
  curl --silent --no-buffer --include --max-time "$seconds" --unix-socket "$work/docker.sock" "$@" >"$work/answer-$number" 2>&1 &
  clients="$clients $!"
done
# shellcheck disable=SC2086  # process ids
wait $clients
answers=$(grep -l -a -E '^HTTP/1.1 (101|200)' "$work"/answer-* | wc -l)
[ "$answers" -ge $((calls * 9 / 10)) ] || fail "only $answers of $calls calls were answered, the first by: $(head -n 1 "$work/answer-1")"
sleep 1
collect
files=$(($(open_files) - files)) goroutines=$(($(goroutines) - goroutines))
echo "a second after the last client has gone: $files open files and $goroutines goroutines more"
# A file or two of the daemon's own come and go.
[ "$files" -lt $((calls * 9 / 10)) ] || reproduced "$files more open files and $goroutines more goroutines for $calls calls whose clients have gone"
not_reproduced 'the daemon keeps nothing of the calls'

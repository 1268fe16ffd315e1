echo "$version, kernel $(uname -r)"
start_dockerd ''
run_container c1
case $call in
# One call of containerd to the shim; an exec makes several. Without a terminal a resize does nothing there, and ends at once.
resize) method=POST address='http://docker/containers/c1/resize?h=24&w=' ;;
ping) method=GET address='http://docker/_ping?' ;;
*) fail "what is the call $call?" ;;
esac
shim=$(grep -l '^containerd-shim' /proc/[0-9]*/comm | head -n 1) && shim=${shim%/comm}
[ -n "$shim" ] || fail 'this needs a docker whose shim is called containerd-shim: 18.09 or later'
# Bytes of the shim in pages of no file: its heap, for the most part. The least of some readings, as Go has more for a moment.
anonymous() {
  least=
  for _ in 1 2 3 4 5; do
    now=$(($(sed -n 's/^Anonymous: *\([0-9]*\) kB/\1/p' "$shim/smaps_rollup") * 1024))
    [ "${least:-$now}" -lt "$now" ] || least=$now
    sleep 0.2
  done
  echo "$least"
}
# make_calls COUNT: by eight clients at once, each of which has one connection.
make_calls() {
  clients=
  for client in 1 2 3 4 5 6 7 8; do
    curl --silent --show-error --fail --output /dev/null --unix-socket "$work/docker.sock" --request "$method" \
      "${address}[1-$(($1 / 8))]" 2>"$work/client-$client" &
    clients="$clients $!"
  done
  for client in $clients; do wait "$client" || fail "a call failed: $(cat "$work"/client-*)"; done
  # It has some lines for each call.
  : >"$log"
}
make_calls $((calls / 8))
first=$(anonymous)
echo "dockerd $dockerd, shim ${shim#/proc/}, $first bytes of no file when it is warm; two times $((calls / 2)) calls of $call"
make_calls $((calls / 2))
second=$(anonymous)
make_calls $((calls / 2))
third=$(anonymous)
echo "after the first half $second bytes, after the second $third"
# What a heap needs once, it needs in the first half. Readings differ by some 130 KB; the leaks that were measured are of 2.9 bytes a call and more.
grown=$((third - first)) limit=$((calls * 2)) of_a_half=$((calls * 3 / 8))
if [ "$grown" -ge "$limit" ] && [ $((second - first)) -ge "$of_a_half" ] && [ $((third - second)) -ge "$of_a_half" ]; then
  reproduced "the shim has $grown bytes more after $calls calls, $((grown * 10 / calls)) for ten calls, in both halves"
fi
not_reproduced "the shim has $grown bytes more after $calls calls: less than $limit, or not in both halves"

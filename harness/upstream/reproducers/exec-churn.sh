echo "$version, kernel $(uname -r)"
# A shim whose Go gives back at once what is free. Else its pages come and go by up to 900 KB, and hide what the calls leave.
program=$(command -v containerd-shim-runc-v2) || fail 'this needs containerd-shim-runc-v2: docker 20.10 or later'
# That of Go 1.19 collects most of the time then, and calls take four times as long; those before know no GOMEMLIMIT.
go=$(LC_ALL=C grep -a -o 'Go buildinf:.\{20,40\}' "$program" | tr -dc 'a-z0-9.' | sed -n 's/.*go1\.\([0-9]*\).*/\1/p')
[ "${go:-0}" -ge 20 ] || fail "this needs a shim that was built with Go 1.20 or later, and $program has ${go:+1.}${go:-an older one}"
mkdir "$work/bin"
printf '#!/bin/sh\nGOMEMLIMIT=1MiB exec "%s" "$@"\n' "$program" >"$work/bin/containerd-shim-runc-v2"
chmod 755 "$work/bin/containerd-shim-runc-v2"
PATH=$work/bin:$PATH
start_dockerd ''
run_container c1
case $call in
# One call of containerd to the shim; an exec makes several. Without a terminal a resize does nothing there, and ends at once.
resize) method=POST address='http://docker/containers/c1/resize?h=24&w=' ;;
ping) method=GET address='http://docker/_ping?' ;;
*) fail "what is the call $call?" ;;
esac
shim=$(grep -l '^containerd-shim' /proc/[0-9]*/comm | head -n 1) && shim=${shim%/comm}
[ -n "$shim" ] || fail 'the container runs, and no process is called containerd-shim'
# Bytes in the largest mapping of no file, which is the heap of Go: other memory of its runtime grows with each collection.
# The least of some readings, as Go has more for a moment.
heap() {
  least=
  for _ in 1 2 3 4 5; do
    now=$(($(sed -n 's/^Anonymous: *\([0-9]*\) kB/\1/p' "$shim/smaps" | sort -n | tail -n 1) * 1024))
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
first=$(heap)
echo "dockerd $dockerd, shim ${shim#/proc/}, $first bytes of heap when it is warm; two times $((calls / 2)) calls of $call"
make_calls $((calls / 2))
second=$(heap)
make_calls $((calls / 2))
third=$(heap)
echo "after the first half $second bytes, after the second $third"
# What a heap needs once, it needs in the first half. Without the leak it moved by 24 KB at most;
# the smallest leak that was measured left 1.4 bytes a call, over 24,000 calls.
grown=$((third - first)) limit=$((calls / 3)) of_a_half=$((calls / 10))
if [ "$grown" -ge "$limit" ] && [ $((second - first)) -ge "$of_a_half" ] && [ $((third - second)) -ge "$of_a_half" ]; then
  reproduced "the shim has $grown bytes more after $calls calls, $((grown * 10 / calls)) for ten calls, in both halves"
fi
not_reproduced "the shim has $grown bytes more after $calls calls: less than $limit, or not in both halves"

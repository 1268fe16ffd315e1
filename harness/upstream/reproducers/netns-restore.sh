# A dockerd with this MountFlags, as a unit would have it, and the same one again over its running containers.
prefix="unshare --mount --propagation $mount_flags"
[ "$mount_flags" != unset ] || prefix=
start_dockerd "$prefix"
# field NAME: its value, of JSON on the standard input.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
is_namespace() { nsenter --target "$dockerd" --mount nsenter --net="$1" true 2>>"$work/errors"; }
for number in $(seq "$containers"); do
  run_container "c$number"
  # Where libnetwork mounts the container's network namespace.
  api GET "/containers/c$number/json" | field SandboxKey >"$work/key-$number"
  is_namespace "$(cat "$work/key-$number")" || fail "it is lost before the restart: $(cat "$work/errors")"
done

echo "dockerd $dockerd, MountFlags $mount_flags, live-restore $live_restore, $containers containers; stopping and starting dockerd"
kill -TERM "$dockerd"
for _ in $(seq 900); do kill -0 "$dockerd" 2>/dev/null && sleep 0.1; done
! kill -0 "$dockerd" 2>/dev/null || fail 'dockerd does not stop'
start_dockerd "$prefix"

running=0 lost=0 hanging=0
for number in $(seq "$containers"); do
  [ "$(api GET "/containers/c$number/json" | field Running)" = true ] || continue
  running=$((running + 1))
  key=$(cat "$work/key-$number")
  state=kept
  is_namespace "$key" || { state="lost ($(tail -n 1 "$work/errors"))"; lost=$((lost + 1)); }
  stats=$(curl --silent --max-time 20 --unix-socket "$work/docker.sock" "http://docker/containers/c$number/stats?stream=false")
  case "$? $stats" in
  28*) stats='no answer in 20 s' hanging=$((hanging + 1)) ;;
  0*'"networks"'*) stats='answered, with networks' ;;
  '0 {"read"'*) stats='answered, without networks' ;;
  esac
  echo "container c$number: running; network namespace $key $state; stats: $stats"
done
grep -h -e 'failed to create osl sandbox' -e 'sandbox.*not found' "$log" | cut -c 1-300 | head -n 3
[ $running -gt 0 ] || [ "$live_restore" = false ] || fail 'no container has outlived the restart'
[ $lost = 0 ] || reproduced "$lost of $running running containers have lost their network namespace; stats of $hanging hang"
[ $hanging = 0 ] || reproduced "stats of $hanging of $running running containers hang, though their network namespaces are kept"
[ $running -gt 0 ] || not_reproduced 'without live-restore no container outlives dockerd, and none has anything to lose'
not_reproduced 'every running container still has its network namespace'

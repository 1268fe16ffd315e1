# A dockerd with this MountFlags, as a unit would have it, and the same one again over its running containers.
case $mount_flags in
unset) prefix= ;;
*) prefix="unshare --mount --propagation $mount_flags" ;;
esac
start_dockerd "$prefix"
number=0
while [ $number -lt "$containers" ]; do
  number=$((number + 1))
  run_container "c$number"
done
# field NAME: its value, of JSON on the standard input.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

# Where libnetwork mounts the network namespace of each container.
key() { api GET "/containers/$1/json" | field SandboxKey; }
keys=
for number in $(seq "$containers"); do keys="$keys $(key "c$number")"; done
is_namespace() { nsenter --target "$dockerd" --mount nsenter --net="$1" true 2>>"$work/errors"; }
for key in $keys; do is_namespace "$key" || fail "$key is no network namespace before the restart: $(cat "$work/errors")"; done

echo "dockerd $dockerd, MountFlags $mount_flags, $live_restore, $containers containers; stopping and starting dockerd"
kill -TERM "$dockerd"
while kill -0 "$dockerd" 2>/dev/null; do sleep 0.1; done
start_dockerd "$prefix"

lost=0
for number in $(seq "$containers"); do
  key=$(echo "$keys" | cut -d ' ' -f $((number + 1)))
  state=kept
  is_namespace "$key" || { state="lost ($(tail -n 1 "$work/errors"))"; lost=$((lost + 1)); }
  running=$(api GET "/containers/c$number/json" | field Running)
  stats=$(curl --silent --max-time 20 --unix-socket "$work/docker.sock" "http://docker/containers/c$number/stats?stream=false") || stats='no answer in 20 s'
  case $stats in
  *'"networks"'*) stats='answered, with networks' ;;
  '{'*) stats='answered, without networks' ;;
  esac
  echo "container c$number: running $running; network namespace $key $state; stats: $stats"
done
grep -h -e 'failed to create osl sandbox' -e 'sandbox.*not found' "$work/dockerd-2.log" | cut -c 1-300 | head -n 3 || :
[ $lost = 0 ] || reproduced "$lost of $containers running containers have lost their network namespace"
not_reproduced 'every running container still has its network namespace'

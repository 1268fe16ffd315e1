#!/bin/sh
# shim.sh STATE CONTAINER.SH ARGUMENT…: starts a container as PID 1 of the PID namespace that this shell was given for
# its children, and outlives the daemon with it. The shell stays in the daemon's mount namespace: a process that shared the
# container's would get its root. Reports the pid on descriptor 3, and at the end the exit code in
# STATE/exit. Until the container is forked nothing else may be: the first child is PID 1. After its end nothing can be.
state=$1
shift
/usr/bin/unshare --mount --ipc --uts busybox sh "$@" &
echo "pid $!" >&3
exec 3>&- >/dev/null 2>&1
wait $!
echo $? >"$state/exit"

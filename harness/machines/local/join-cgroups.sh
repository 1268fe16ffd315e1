#!/bin/sh
# join-cgroups.sh DIR:DIR:… COMMAND…: becomes COMMAND inside the given cgroup directories.
# A cgroup is joined by a process for itself, so that none of its children can be missed.
set -eu
directories=$1
shift
IFS=:
for directory in $directories; do
  echo $$ >"$directory/cgroup.procs"
done
unset IFS
exec "$@"

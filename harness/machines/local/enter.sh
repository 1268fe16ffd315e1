#!/bin/sh
# enter.sh DIR:DIR:… PATH NSENTER-OPTION… COMMAND…: becomes COMMAND inside a cell, with the cell's cgroups and PATH.
set -eu
directories=$1
path=$2
shift 2
# Found with the host's PATH, before the cell's takes its place.
nsenter=$(command -v nsenter)
exec sh "${0%/*}/join-cgroups.sh" "$directories" env -i PATH="$path" HOME=/root LANG=C.UTF-8 "$nsenter" "$@"

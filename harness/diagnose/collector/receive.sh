#!/bin/sh
# Runs the script that comes first on standard input, and ends it when that input ends: with the ssh, or the lab, that sent it. sshd sends no
# signal when it loses a connection that has no terminal. $1: size of the script in bytes; the rest: its options
script=$(head -c "$1")
shift
exec 3<&0
sh -c "$script" collect.sh "$@" 3<&- &
job=$!
{
  read -r _
  kill "$job"
} <&3 >/dev/null 2>&1 &
watch=$!
trap 'kill "$job" "$watch" 2>/dev/null; wait "$job"; exit 143' HUP INT TERM
wait "$job"
code=$?
kill "$watch" 2>/dev/null
exit "$code"

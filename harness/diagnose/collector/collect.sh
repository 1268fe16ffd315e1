#!/bin/sh
# Collects evidence about leaks of dockerd and of kernel memory on this host into one tar file. It only reads: it sends no signal but to
# its own children, starts and stops nothing, creates no cgroup, enters no namespace, and writes nothing but its output. It runs with dash,
# bash and busybox ash.
#
# usage: sh collect.sh [--output FILE|-] [--interval SECONDS|Nm|Nh] [--samples N] [--redact] [--deep] [--log FILE]

format=1
export LC_ALL=C

usage() {
  echo "usage: sh collect.sh [--output FILE|-] [--interval SECONDS|Nm|Nh] [--samples N] [--redact] [--deep] [--log FILE]
  --output FILE    the tar file; - for standard output (default: dockerd-leak-lab-HOST-TIME.tar)
  --interval 60s   time between samples, 1s to 1h; a single sample shows exposure, never growth
  --samples N      2 to 100 samples, or 1 (default: 2)
  --redact         replace host, container and image names and addresses, the same ones by the same words
  --deep           also read slabinfo once, the goroutines of dockerd, and the sockets of all network namespaces (enters them)
  --log FILE       a log file of dockerd, where it is neither in the journal nor in the usual places"
}

fail() { echo "collect.sh: $1" >&2 && exit 64; }

# The counterpart of an integer option. $1: option, $2: value, $3 and $4: range
integer() {
  case $2 in
    '' | *[!0-9]* | ???????*) ;;
    *) if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then return; fi ;;
  esac
  fail "$1 requires an integer from $3 to $4, and got '$2'"
}

# Takes one item of evidence. $1: file in the bundle, $2: who can read it (any, docker, root), $3: seconds, $4: bytes, $5: its description,
# $6: shell script, then its arguments. What is longer or slower is cut, and contents.tsv says so. With $hung this one item is skipped.
# shellcheck disable=SC2086 # the limit is a program and its options
take() {
  item=$1 reader=$2 seconds=$3 bytes=$4 what=$5 now=$(date +%s) && shift 5
  if [ "$now" -ge "$deadline" ] || [ -n "$hung" ]; then
    status=skipped hung='' && printf '%s\tskipped\t0\t%s\t%s\n' "$item" "$reader" "$what" >>"$dir/contents.tsv" && return
  fi
  [ $((now + seconds)) -le "$deadline" ] || seconds=$((deadline - now))
  {
    $limit "$seconds" sh -c "$@" </dev/null &
    echo $! >"$dir/.job"
    wait $!
    echo $? >"$dir/.status"
    # A child that its shell has left behind keeps the pipe open: the reader does not wait for it.
  } 2>/dev/null | { $limit "$((seconds + 1))" head -c "$bytes" >"$dir/$item" || [ $? != 1 ] || : >"$dir/.full"; } &
  wait
  [ ! -e "$dir/.full" ] || fail "cannot write to $dir: is the disk full?"
  : >"$dir/.job" && read -r code <"$dir/.status"
  size=$(($(wc -c <"$dir/$item")))
  case $code in
    124 | 137 | 143) status=timeout ;;
    *) if [ "$size" -ge "$bytes" ]; then status='cut'
      elif [ "$size" -gt 0 ]; then status=ok
      elif [ "$reader" != any ] && [ "$uid" != 0 ]; then status=needs-$reader
      elif [ "$code" = 0 ]; then status=empty
      else status=not-available; fi ;;
  esac
  [ "$size" -gt 0 ] || rm -f "$dir/$item"
  printf '%s\t%s\t%s\t%s\t%s\n' "$item" "$status" "$size" "$reader" "$what" >>"$dir/contents.tsv"
}

# Prints the processes of this host, not of its containers, that have one of these names, lowest first. Names have 15 characters at most.
named() {
  own=$(readlink /proc/self/ns/pid)
  grep -sE "^($1)\$" /proc/[0-9]*/comm | sed 's|^/proc/||; s|/comm:.*||' | sort -n | while read -r pid; do
    grep -qsE '[/-][0-9a-f]{64}' "/proc/$pid/cgroup" && continue
    # Only root can read that of others.
    its=$(readlink "/proc/$pid/ns/pid")
    [ "${its:-$own}" = "$own" ] && echo "$pid"
  done
}

# Prints the value of a flag of dockerd, or of its key in daemon.json. $1 and $2: extended regular expressions of their names
flag() {
  [ -n "$daemon" ] || return 0
  { tr '\0' '\n' 2>/dev/null <"/proc/$daemon/cmdline" | awk -v name="^($1)\$" '
    next_is { print; exit } $0 ~ name { next_is = 1; next }
    { at = index($0, "="); if (at && substr($0, 1, at - 1) ~ name) { print substr($0, at + 1); exit } }'
    grep -oE "\"($2)\" *: *\"[^\"]*\"" /etc/docker/daemon.json 2>/dev/null | cut -d '"' -f 4; } | head -n 1
}

# shellcheck disable=SC2016,SC2089,SC2090 # these are scripts for sh and awk
scripts() {
  # Lines of a log that match a known pattern: its name, how many, the first and the last time, one line.
  count_patterns='
    function found(id) {
      if (match($0, /time="?[^" ]+/)) { time = substr($0, RSTART + 5, RLENGTH - 5); sub(/^"/, "", time) }
      else time = match($0, /^\[[^]]*\]/) ? substr($0, 1, RLENGTH) : $1 ~ /^[0-9]+-/ ? $1 : $1 " " $2 " " $3
      if (!(id in count)) { first[id] = time; example[id] = substr($0, 1, 400); gsub(/\t/, " ", example[id]) }
      last[id] = time; count[id]++
    }
    $1 == "@exit" { code = $2; next } { lines++ }
    /[Ff]ailed to create osl sandbox while trying to restore sandbox/ { found("restore-error") }
    /[Ff]ailed to populate fields for osl sandbox/ { found("populate-error") }
    /msg="collecting stats for / { found("collecting-stats") }
    /[Dd]evice or resource busy/ { found("device-busy") }
    /too many open files/ { found("too-many-files") }
    /daemon is not responding|process is alive\?|killing and restarting containerd/ { found("containerd-stalled") }
    /SLUB: Unable to allocate memory/ { found("slub-failure") }
    /Memory cgroup out of memory/ { found("cgroup-oom") }
    /Out of memory: Kill/ { found("host-oom") }
    /mkdir .*cgroup.*(no space left on device|cannot allocate memory)/ { found("cgroup-refused") }
    /page allocation failure/ { found("allocation-failure") }
    END {
      print "lines\t" lines + 0
      for (id in count) print "pattern\t" id "\t" count[id] "\t" first[id] "\t" last[id] "\t" example[id]
      exit code
    }'
  # The open descriptors of a process by kind; of more than 5,000 every k-th is looked at.
  fd_kinds='cd "/proc/$0/fd" || exit 1
    n=$(find . -maxdepth 1 -name "[0-9]*" | wc -l)
    find . -maxdepth 1 -name "[0-9]*" | awk -v k=$((n / 5000 + 1)) "NR % k == 0" | xargs -n 500 ls -ld 2>/dev/null | awk -v total="$n" "
      { kind = \"other\" } / -> socket:/ { kind = \"socket\" } / -> pipe:/ { kind = \"pipe\" } / -> anon_inode:/ { kind = \"anonymous\" }
      / -> \// { kind = \"file\" } { kinds[kind]++; looked++ }
      END { print \"total \" total + 0; print \"looked \" looked + 0; for (kind in kinds) print \"kind \" kind \" \" kinds[kind] }"'
  # The processes at the other end of the connections to docker.sock, from ss -xp, with or without its column State.
  peers='
    $1 == "@exit" { code = $2 } $1 ~ /^u_/ {
      at = $2 ~ /^[0-9]+$/ ? 2 : 3
      if (at == 3 && $2 != "ESTAB") next
      path = $(at + 2); inode = $(at + 3); peer = $(at + 5)
      if (path ~ /\/docker\.sock$/) { if (peer == "0") gone++; else ends[peer]++ }
      else if (match($0, /pid=[0-9]+/)) owner[inode] = substr($0, RSTART + 4, RLENGTH - 4)
    }
    END {
      for (peer in ends) if (peer in owner) count[owner[peer]] += ends[peer]; else unseen += ends[peer]
      print "gone " gone + 0; print "unseen " unseen + 0
      for (pid in count) print "peer " pid " " count[pid]
      exit code
    }'
  # One process of each network namespace: its number, the process.
  namespaces='stat -L -c "%i %n" /proc/[0-9]*/ns/net 2>/dev/null | sed "s|/proc/||; s|/ns/net||" | sort -k2n | awk "!seen[\$1]++"'
  # Names as xargs reads them: systemd writes \x2d.
  escape='s/[^/A-Za-z0-9_.-]/\\&/g'
  # Directories that exist, and whether this is the root of the hierarchy: a container sees a part of it only. $0: mount point, $1: name
  directories='[ -d "$0" ] || exit 1
    root=no
    if [ "$1" = unified ]; then [ -e "$0/cgroup.events" ] || [ -e "$0/cgroup.type" ] || root=yes
    else [ ! -e "$0/release_agent" ] || root=yes; fi
    # A cgroup has two links and one for each child. What has no child is not opened: busybox looks at each file that find meets.
    n=1 level=$0
    while [ -n "$level" ]; do
      children=$(printf "%s\n" "$level" | xargs -n 100 sh -c "find \"\$@\" -mindepth 1 -maxdepth 1 -type d" sh | sed "$escape")
      [ -z "$children" ] || n=$((n + $(printf "%s\n" "$children" | wc -l)))
      level=$(printf "%s\n" "$children" | xargs -n 500 stat -c "%h %n" 2>/dev/null | sed -n "/^2 /d; s/^[0-9]* //; $escape; p")
    done
    echo "$1 $n root $root"'
  # Which keys of daemon.json and which settings of units say something about a leak, and nothing about anybody.
  json_keys='"(live-restore|exec-root|data-root|graph|storage-driver|log-driver|debug|userland-proxy|no-new-privileges|cgroup-parent|max-concurrent-downloads|experimental|containerd-snapshotter)"[ ]*:[ ]*("[^"]*"|true|false|[0-9]+)'
  info_keys='"(ServerVersion|LiveRestoreEnabled|NFd|NGoroutines|NEventsListener|Containers|ContainersRunning|ContainersPaused|ContainersStopped|Images|Driver|CgroupDriver|CgroupVersion|KernelVersion|OperatingSystem|Debug|DockerRootDir|KernelMemory|KernelMemoryTCP|MemoryLimit)":("[^"]*"|true|false|[0-9]+)'
  info_lines='^ *(Server Version|Live Restore Enabled|File Descriptors|Goroutines|EventsListeners|Containers|Running|Paused|Stopped|Storage Driver|Cgroup Driver|Cgroup Version|Kernel Version|Operating System|Debug Mode.*|Docker Root Dir): [^@]*$'
  unit_keys='^[ ]*(MountFlags|PrivateMounts|PrivateTmp|ProtectSystem|LimitNOFILE|KillMode|Delegate|Slice|TasksMax|Restart|RuntimeMaxSec)='
  export limit count_patterns fd_kinds peers namespaces escape directories json_keys info_keys info_lines unit_keys
}

# shellcheck disable=SC2016 # the scripts of take are expanded by its shell
take_host() {
  take host/uname any 2 1000 'kernel release and build' 'uname -srvm'
  take host/os-release any 2 4000 'distribution' 'grep -hE "^(ID|VERSION_ID|PRETTY_NAME|ID_LIKE|VARIANT_ID)=" /etc/os-release || cat /etc/redhat-release'
  take host/cmdline any 2 8000 'kernel command line, without what may be secret' 'tr " " "\n" </proc/cmdline | grep -viE "pass|secret|token|key|user|auth" | tr "\n" " "'
  take host/boot any 3 20000 'boot loader configuration: words about cgroups, memory and slabs' 'for file in /etc/default/grub /etc/default/grub.d/*.cfg /etc/kernel/cmdline /boot/loader/entries/*.conf /boot/grub2/grubenv /boot/grub/grubenv /boot/firmware/cmdline.txt /boot/cmdline.txt; do
    [ -r "$file" ] && grep -v "^ *#" "$file" | tr " \"" "\n\n" | sed "s/^.*CMDLINE[A-Z_]*=//; s/^kernelopts=//" | grep -E "^(cgroup|slab|slub|swapaccount|systemd\.(unified|legacy)|memory|psi)" | sed "s|^|$file |"; done; exit 0'
  take host/cpus any 2 1000 'CPUs: online, and possible ones' 'echo "online $(grep -c ^processor /proc/cpuinfo)"; echo "possible $(cat /sys/devices/system/cpu/possible)"'
  take host/sysctl any 2 2000 'limits of the kernel' 'for name in fs/may_detach_mounts fs/file-nr fs/nr_open fs/file-max kernel/pid_max; do [ -r "/proc/sys/$name" ] && echo "$name $(cat "/proc/sys/$name")"; done; exit 0'
  take host/cgroup-mounts any 2 8000 'where cgroups are mounted' 'grep -E " cgroup2? " /proc/self/mounts'
  take host/identity any 2 1000 'whether this is a container, and whose namespaces it has' 'echo "pid-namespace $(readlink /proc/self/ns/pid)"; echo "init $(cat /proc/1/comm)"; [ -e /.dockerenv ] && echo container; exit 0'
  take docker/unit any 5 8000 'settings of docker.service' '$limit 4 systemctl show docker.service -p MountFlags,PrivateMounts,FragmentPath,DropInPaths,NeedDaemonReload,LimitNOFILE,ActiveState,MainPID,KillMode 2>/dev/null | grep . || $limit 4 systemctl show docker.service -p MountFlags -p FragmentPath -p DropInPaths -p NeedDaemonReload -p LimitNOFILE -p ActiveState -p MainPID -p KillMode'
  # A systemctl that hung once is not called again.
  [ "$status" != timeout ] || hung=yes
  take docker/containerd-unit any 5 8000 'settings of containerd.service' '$limit 4 systemctl show containerd.service -p ActiveState -p MainPID -p LimitNOFILE -p FragmentPath'
  take docker/unit-files any 3 20000 'settings in the unit of docker and its drop-ins' 'for file in /usr/lib/systemd/system/docker.service /lib/systemd/system/docker.service /etc/systemd/system/docker.service /etc/systemd/system/docker.service.d/*.conf /run/systemd/system/docker.service.d/*.conf; do
    [ -r "$file" ] && [ ! -L "${file%/*}" ] && grep -HE "$unit_keys" "$file"; done; exit 0'
  take docker/daemon-json any 2 20000 'settings in daemon.json: keys that are known to be harmless' 'grep -oE "$json_keys" /etc/docker/daemon.json'
  take docker/flags root 2 4000 'flags of dockerd that are known to be harmless' 'tr "\0" "\n" <"/proc/$0/cmdline" | grep -E "^(--(live-restore|exec-root|data-root|graph|storage-driver|log-driver|containerd|debug|cgroup-parent|userland-proxy)(=.*)?|-g|-D)$"' "$daemon"
  take docker/version root 5 500 'version of the running dockerd, by its program' '[ -n "$0" ] || exit 0
    program=$(readlink "/proc/$0/exe"); program=${program% (deleted)}
    case ${program##*/} in
      dockerd* | docker) $limit 4 "/proc/$0/exe" --version ;;
      *) $limit 4 dockerd --version ;;
    esac | grep -oE "version [^,]+, build .*"' "$daemon"
  take docker/processes root 5 200000 'dockerd, containerd and the shims: process, name, parent' 'for pid in "$0" "$1"; do
      parent=$(awk "/^PPid/ { print \$2 }" "/proc/${pid:-none}/status") && echo "$pid $(cat "/proc/$pid/comm") $parent"; done; exit 0' "$daemon" "$containerd"
  take docker/mounts root 5 500000 'network namespaces that are mounted for dockerd, propagation of its root' '[ -n "$0" ] || exit 0
    own=$(readlink "/proc/$0/ns/mnt") && awk "\$5 == \"/\" || \$4 ~ /^\/?net:\[/ { print }" "/proc/$0/mountinfo" || exit 1
    echo "daemon $own"; echo "init $(readlink /proc/1/ns/mnt || readlink /proc/self/ns/mnt)"' "$daemon"
  take docker/netns-files root 10 1000000 'the files of network namespaces, as dockerd sees them: file system, number' 'cd "/proc/$0/root" || exit 1
    found=
    for place in "$1" run/docker var/run/docker; do
      case $place in var/run/*) [ -L var/run ] && continue ;; esac
      [ -d "$place/netns" ] || continue
      [ -n "$(ls "$place/netns")" ] || continue
      found=yes
      printf "%s\n" "$place"/netns/* | xargs -n 200 stat -f -c "magic %t %n"
      printf "%s\n" "$place"/netns/* | xargs -n 200 stat -L -c "inode %i %n"
      break
    done
    [ -n "$found" ] || echo none' "$daemon" "$exec_root"
  take docker/containers root 10 1000000 'processes of containers: one of each, its network namespace' '[ "$1" = 0 ] || exit 1
    echo "host $(stat -L -c %i /proc/1/ns/net || stat -L -c %i /proc/self/ns/net)"
    grep -sHm1 -E "[/-][0-9a-f]{64}(\.scope)?$" /proc/[0-9]*/cgroup | sed "s|^/proc/||; s|/cgroup:| |" | sort -n | awk "
      { path = \$2; depth = 0; id = \"\"
        while (match(path, /[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]+/)) {
          if (RLENGTH == 64) { depth++; id = substr(path, RSTART, 64) }
          path = substr(path, RSTART + RLENGTH)
        }
        docker = \$2 ~ (\"/docker(-|/)\" id) ? \"docker\" : \"other\"
        if (depth == 1 && !(id in seen)) { seen[id] = 1; print \$1, id, docker } }" >"$0/.containers"
    [ -s "$0/.containers" ] || exit 0
    awk "{ print \"/proc/\" \$1 \"/ns/net\" }" "$0/.containers" | xargs -n 200 stat -L -c "%n %i" 2>/dev/null | sed "s|/proc/||; s|/ns/net||" >"$0/.netns"
    awk "NR == FNR { net[\$1] = \$2; next } { print \"container\", \$2, \$1, (\$1 in net) ? net[\$1] : 0, \$3 }" "$0/.netns" "$0/.containers"' "$dir" "$uid"
  take docker/shims root 5 500000 'containers whose shims are of docker' 'pids=$(grep -slE "^(containerd-shim|docker-containe)" /proc/[0-9]*/comm | sed "s|comm$|cmdline|")
    [ -n "$pids" ] || exit 0
    own=$(echo "$pids" | xargs grep -slaE "moby|libcontainerd")
    [ -n "$own" ] && echo "$own" | xargs grep -saohE "[0-9a-f]{64}" | sort -u'
  take docker/addresses root 10 1000000 'addresses of containers' '[ -s "$0/.netns" ] || exit 0
    awk "!seen[\$2]++ { print \"/proc/\" \$1 \"/net/fib_trie\" }" "$0/.netns" | xargs -n 200 grep -sHB1 "/32 host LOCAL" | grep "|--" | sed "s|^/proc/||; s|/net/fib_trie.*-- | |" | sort -u | grep -v " 127\."' "$dir"
  rm -f "$dir/.containers" "$dir/.netns"
  take docker/peers root 15 200000 'processes at the other end of connections to docker.sock' 'command -v ss >/dev/null || exit 1; { $limit 14 ss -xp; echo "@exit $?"; } | awk "$peers"'
  take docker/peers-elsewhere root 10 200000 'connections to docker.sock from network namespaces other than this one' 'own=$(stat -L -c %i /proc/self/ns/net)
    sh -c "$namespaces" | awk -v own="$own" "\$1 != own { print \"/proc/\" \$2 \"/net/unix\" }" | xargs -n 200 grep -scHE " 03 +[0-9]+ .*/docker\.sock$" |
    sed -n "s|^/proc/\([0-9]*\)/net/unix:\([1-9][0-9]*\)\$|\1 \2|p" | while read -r pid n; do
      echo "$(stat -L -c %i "/proc/$pid/ns/net") $pid $n"
    done | sort -k3nr | head -n 20 | while read -r ns pid n; do
      echo "namespace $ns $n"
      stat -L -c "%i %n" /proc/[0-9]*/ns/net 2>/dev/null | awk -v ns="$ns" "\$1 == ns { split(\$2, part, \"/\"); print part[3] }" | head -n 50 | while read -r pid; do
        echo "process $ns $pid $(find "/proc/$pid/fd" -maxdepth 1 -name "[0-9]*" -exec ls -ld {} + 2>/dev/null | grep -c socket:)"; done
    done; exit 0'
  take docker/callers root 10 100000 'the callers: user, start, command without its arguments, unit or container' '{ awk "/^peer/ { print \$3, \$2 }" "$0/docker/peers"; awk "/^process/ { print \$4, \$3 }" "$0/docker/peers-elsewhere"; } 2>/dev/null | sort -rn | head -n 40 | while read -r _ pid; do
      [ -d "/proc/$pid" ] || continue
      cgroup=$(grep -m1 -E "[0-9a-f]{64}" "/proc/$pid/cgroup" || grep -m1 -oE "[^/]*\.(service|scope)$" "/proc/$pid/cgroup")
      id=$(echo "$cgroup" | grep -oE "[0-9a-f]{64}" | tail -n 1)
      name=
      [ -z "$id" ] || name=$(grep -oE "\"Name\":\"/[A-Za-z0-9_.-]*\"" "/proc/$1/root$2/containers/$id/config.v2.json" 2>/dev/null | head -n 1 | cut -d/ -f2 | tr -d "\"")
      printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\n" "$pid" "$(awk "/^Uid/ { print \$3 }" "/proc/$pid/status")" "$(sed "s/.*) //" "/proc/$pid/stat" | cut -d" " -f20)" "$(tr "\0" "\n" <"/proc/$pid/cmdline" | head -n 1 | sed "s|.*/||" | cut -c1-60)" "$id" "$name" "$(echo "$cgroup" | grep -oE "[^/]*\.service" | tail -n 1)"
    done' "$dir" "$daemon" "$data_root"
  take logs/daemon root 15 60000 'lines of the log of dockerd (of its last 50 MB, or 200,000 lines of the journal) that match a known pattern: how many, when, one of each' 'if [ -n "$0" ]; then tail -c 50000000 "$0" | awk "$count_patterns"; exit; fi
    $limit 5 journalctl -u docker.service -n 1 -q --no-pager 2>/dev/null | grep -q . && { { $limit 9 journalctl -u docker.service -n 200000 -r -q -o short-iso --no-pager; echo "@exit $?"; } | awk "$count_patterns"; exit; }
    for file in /var/log/docker.log /var/log/upstart/docker.log /var/log/daemon.log /var/log/messages /var/log/syslog; do [ -r "$file" ] && { tail -c 50000000 "$file" | awk "$count_patterns"; exit; }; done; exit 1' "$log"
  take logs/kernel root 5 60000 'lines of the kernel log that match a known pattern' '{ $limit 4 dmesg; echo "@exit $?"; } | awk "$count_patterns"'
}

# A shell runs a trap when its foreground child has ended: what takes long is in the background, and ends here. It knows a sleep by $! at once.
end() {
  [ ! -s "$dir/.job" ] || { read -r job <"$dir/.job" && kill "$job" 2>/dev/null; }
  [ -z "$before_sleep" ] || [ "$!" = "$before_sleep" ] || kill "$!" 2>/dev/null
  rm -rf "$dir" 2>/dev/null || { wait; rm -rf "$dir"; }
}

# $1: number of the sample
# shellcheck disable=SC2016
take_sample() {
  at=samples/$1 && mkdir "$dir/$at"
  take "$at/time" any 2 200 'time, seconds since the boot' 'date +%s; cat /proc/uptime'
  take "$at/meminfo" any 2 8000 'memory of the host' 'cat /proc/meminfo'
  take "$at/cgroups" any 2 8000 'cgroups that the kernel counts (v1)' 'cat /proc/cgroups'
  take "$at/cgroup-stat" any 2 8000 'cgroups that the kernel counts (v2)' 'cat "$0/cgroup.stat"' "$unified"
  # The walks are long: those of controllers other than memory are counted once.
  walked=$hierarchies && [ "$1" -ge "$samples" ] || walked=$memory
  take "$at/directories" any 10 8000 'directories of cgroups' 'for place in $0; do [ -d "$place" ] && sh -c "$directories" "$place" "${place##*/}"; done; [ -z "$1" ] || sh -c "$directories" "$1" unified; exit 0' "$walked" "$unified"
  take "$at/slab-names" root 10 2000 'copies of slab caches for memory cgroups' '[ -d /sys/kernel/slab ] || exit 1
    find /sys/kernel/slab -maxdepth 3 -type d | awk -F/ "
      { name = \$NF } name ~ /\([0-9]+:.*\)$/ { sub(/.*\(/, \"\", name); ids[name + 0] = 1; copies++; next }
      name ~ /-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$/ { id = substr(name, length(name) - 7); sub(/^0+/, \"\", id); ids[id + 0] = 1; copies++ }
      END { for (id in ids) n++; print \"ids \" n + 0; print \"copies \" copies + 0 }"'
  for process in "dockerd $daemon" "containerd $containerd"; do
    pid=${process#* }
    [ -n "$pid" ] || continue
    name=${process%% *}
    take "$at/$name" root 2 8000 "$name: memory, threads, limit of open files, start" 'grep -E "^(State|VmRSS|VmHWM|RssAnon|Threads|FDSize|Uid|NSpid):" "/proc/$0/status"; grep "^Max open files" "/proc/$0/limits"; sed "s/.*) //" "/proc/$0/stat" | cut -d" " -f20 | sed "s/^/start /"' "$pid"
    take "$at/$name-fds" root 10 2000 "$name: open descriptors by kind" "$fd_kinds" "$pid"
  done
  take "$at/connections" any 8 8000 'connections to docker.sock, of every network namespace' '{ echo /proc/self/net/unix; own=$(stat -L -c %i /proc/self/ns/net)
    sh -c "$namespaces" | awk -v own="$own" "\$1 != own { print \"/proc/\" \$2 \"/net/unix\" }"; } | xargs -n 200 grep -hsE " 03 +[0-9]+ .*/docker\.sock$" | awk "END { print \"connections \" NR + 0 }"'
  take "$at/shims" any 5 2000 'shims' 'grep -slE "^(containerd-shim|docker-containe)" /proc/[0-9]*/comm | wc -l'
  # A dockerd that has not answered once, or whose containerd is stopped, would keep another call.
  case $(grep -s '^State:' "/proc/${containerd:-none}/status") in *T*) silent=yes ;; *) ;; esac
  hung=$silent
  take "$at/info" docker 10 8000 'what dockerd says of itself: versions, descriptors, goroutines' '
    if command -v curl >/dev/null && $limit 9 curl -s -m 8 --unix-socket "$0" http://docker/info 2>/dev/null | grep -oE "$info_keys"; then exit; fi
    command -v docker >/dev/null || exit 1
    $limit 8 docker -H "unix://$0" info --format "{{json .}}" 2>/dev/null >"$1/.info"; code=$?; case $code in 124 | 137 | 143) exit $code ;; esac; grep -oE "$info_keys" "$1/.info" || { [ -s "$1/.info" ] && $limit 8 docker -H "unix://$0" info 2>/dev/null; } | grep -E "$info_lines"' "$socket" "$dir"
  rm -f "$dir/.info" && [ "$status" = timeout ] && silent=yes
}

# shellcheck disable=SC2016
take_deep() {
  take deep/slabinfo root 20 1000000 'slab caches, read once' 'cat /proc/slabinfo'
  take deep/goroutines docker 15 10000000 'goroutines of dockerd' 'curl -s -m 12 --unix-socket "$0" "http://docker/debug/pprof/goroutine?debug=1"' "$socket"
  take deep/peers root 20 500000 'connections to docker.sock in every network namespace' 'sh -c "$namespaces" | while read -r ns pid; do echo "namespace $ns"; $limit 10 nsenter --net="/proc/$pid/ns/net" ss -xp | awk "$peers"; done'
}

# Replaces names and addresses by words, the same ones by the same words, in every file that may have some.
redact() {
  host=$(uname -n)
  # shellcheck disable=SC2016 # a script for awk
  find "$dir" -type f -exec awk -v host="$host" '
    function word(kind, text) { if (!((kind, text) in known)) known[kind, text] = kind "-" ++used[kind]; return known[kind, text] }
    FNR == 1 { if (file) close(file ".redacted"); file = FILENAME; addresses = file ~ /(addresses|logs\/|cmdline|callers|contents)/; printf "" > (file ".redacted") }
    {
      line = $0
      if (file ~ /logs\// && $1 == "pattern") { split($0, part, "\t"); line = part[1] "\t" part[2] "\t" part[3] "\t" part[4] "\t" part[5] "\t" }
      if (file ~ /callers$/) { n = split($0, part, "\t"); line = part[1] "\t" part[2] "\t" part[3] "\t" part[4] "\t" part[5] "\t" (part[6] == "" ? "" : word("name", part[6])) "\t" part[7] }
      if (file ~ /\/bundle$/ && $1 == "host") line = "host " word("host", host)
      else while (length(host) > 2 && (at = index(line, host))) line = substr(line, 1, at - 1) word("host", host) substr(line, at + length(host))
      if (addresses) { out = ""; while (match(line, /[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|([0-9a-f]+:)+:?[0-9a-f:]+:[0-9a-f]+/)) { out = out substr(line, 1, RSTART - 1) word("address", substr(line, RSTART, RLENGTH)); line = substr(line, RSTART + RLENGTH) } line = out line }
      print line > (file ".redacted")
    }' {} +
  find "$dir" -name '*.redacted' | while read -r file; do mv "$file" "${file%.redacted}"; done
}

main() {
  output='' interval=60 samples=2 redact='' deep='' log='' silent='' hung='' before_sleep=''
  while [ $# -gt 0 ]; do
    case $1 in
      --redact) redact=yes && shift && continue ;;
      --deep) deep=yes && shift && continue ;;
      --help | -h) usage && exit 0 ;;
      --output | --interval | --samples | --log) [ $# -gt 1 ] || fail "$1 requires a value" ;;
      *) usage >&2 && fail "unknown option '$1'" ;;
    esac
    case $1 in
      --output) output=$2 ;;
      --log) log=$2 ;;
      --samples) integer "$1" "$2" 1 100 && samples=$2 ;;
      --interval) case $2 in
        *m) integer "$1" "${2%m}" 1 60 && interval=$((${2%m} * 60)) ;;
        *h) integer "$1" "${2%h}" 1 1 && interval=3600 ;;
        *) integer "$1" "${2%s}" 1 3600 && interval=${2%s} ;;
      esac ;;
      *) ;;
    esac
    shift 2
  done
  [ -r /proc/self/stat ] || fail 'there is no /proc: this is not Linux, or it is not mounted'
  uid=$(id -u) start=$(date +%s) say=1 name=''
  case $output in
    -) file='' say=2 ;;
    '') [ -n "$redact" ] || name=$(uname -n)-
      file=dockerd-leak-lab-$name$(date -u +%Y%m%dT%H%M%SZ).tar ;;
    *) file=$output ;;
  esac
  dir=${file:-${TMPDIR:-/tmp}/dockerd-leak-lab-$$-$start}.partial
  [ ! -e "$file" ] || fail "$file exists, and is not overwritten"
  umask 077
  mkdir "$dir" || fail "cannot create the directory $dir"
  trap end EXIT && trap 'exit 130' INT && trap 'exit 143' TERM HUP PIPE
  mkdir "$dir/host" "$dir/docker" "$dir/logs" "$dir/samples" "$dir/deep"
  # Behind others, for the CPU and the disk. Beside 3 busy processes on 2 CPUs, niceness 19 skipped 29 of 35 items, and 10 none.
  { renice -n 10 -p $$; ionice -c 3 -p $$; } >/dev/null 2>&1
  # Old versions of busybox want -t.
  limit=timeout
  timeout 1 true 2>/dev/null || limit='timeout -t'
  $limit 1 true 2>/dev/null || limit='sh -c shift;"$@" limit'
  scripts
  daemon=$(named 'dockerd|dockerd-current' | head -n 1)
  for file_of_pid in /run/docker.pid /var/run/docker.pid; do
    [ -n "$daemon" ] || { [ -r "$file_of_pid" ] && read -r daemon <"$file_of_pid" && [ ! -d "/proc/$daemon" ] && daemon=; }
  done
  containerd=$(named 'containerd|docker-containe|containerd-curre' | while read -r pid; do grep -qsaE '[0-9a-f]{64}' "/proc/$pid/cmdline" || echo "$pid"; done | head -n 1)
  exec_root=$(flag '--exec-root' exec-root | sed 's|^/var/run/|/run/|; s|^/||') && exec_root=${exec_root:-run/docker}
  data_root=$(flag '--data-root|--graph|-g' 'data-root|graph') && data_root=${data_root:-/var/lib/docker}
  socket=$(tr '\0' '\n' 2>/dev/null <"/proc/${daemon:-self}/cmdline" | grep -oE 'unix://.*' | head -n 1)
  socket=${socket#unix://} && socket=${socket:-/var/run/docker.sock}
  hierarchies=$(awk '$3 == "cgroup" && $4 ~ /(^|,)(memory|blkio|pids)(,|$)/ { print $2 }' /proc/self/mounts | sort -u | tr '\n' ' ')
  memory=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/self/mounts)
  unified=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
  printf 'file\tstatus\tbytes\treader\twhat\n' >"$dir/contents.tsv"
  printf '%s\n' "format $format" "host $(uname -n)" "time $(date -u +%Y-%m-%dT%H:%M:%SZ)" "uid $uid" "interval $interval" "samples $samples" \
    "ticks $(getconf CLK_TCK 2>/dev/null || echo 100)" "redacted ${redact:-no}" "deep ${deep:-no}" \
    "daemon ${daemon:-none}" "containerd ${containerd:-none}" >"$dir/bundle"
  deadline=$((start + 40)) && take_sample 1
  take_host
  [ -z "$deep" ] || { deadline=$(($(date +%s) + 60)) && take_deep; }
  number=1
  while [ "$number" -lt "$samples" ]; do
    number=$((number + 1))
    before_sleep=$!; sleep "$interval" & wait; before_sleep=''
    deadline=$(($(date +%s) + 20)) && take_sample "$number"
  done
  rm -f "$dir/.status" "$dir/.job"
  [ -z "$redact" ] || redact
  if [ -z "$file" ]; then tar -cf - -C "$dir" .
  else tar -cf "$file" -C "$dir" . || { rm -f "$file" && fail "cannot write $file"; }; fi
  summary >&$say
}

summary() {
  awk -F '\t' 'NR > 1 { n[$2]++; if ($2 != "ok" && $2 != "empty") rest[$2] = rest[$2] "\n    " $1 ": " $5 }
    END {
      print "Taken: " n["ok"] + n["empty"] " items, read-only."
      for (status in rest) print "  " status ":" rest[status]
    }' "$dir/contents.tsv"
  [ -z "$file" ] || echo "Bundle: $file. Its list of contents is contents.tsv.
Next: npm run lab -- diagnose $file"
}

main "$@"

/**
 * Shell words that set `$namespaces` to one process of every network namespace in which a client of the daemon may be: the cell's own
 * (`self`), and those of containers, whose processes have the container's id in their cgroups. The kernel lists a unix connection in the
 * namespace of the process that connected (af_unix.c), so an agent in a container with a mounted socket is in none of the cell's own lists. The
 * harness, where it connects from a namespace of its own, is in no container and is left out.
 */
export const findNamespaces = `
namespaces=self
seen=" $(busybox readlink /proc/self/ns/net) "
for cgroup in $(busybox grep -lsE '[0-9a-f]{64}' /proc/[0-9]*/cgroup); do
  pid=\${cgroup#/proc/}; pid=\${pid%/cgroup}
  ns=$(busybox readlink /proc/$pid/ns/net) || continue
  case $seen in *" $ns "*) continue ;; esac
  seen="$seen$ns "; namespaces="$namespaces $pid"
done`;

/** The id of the container whose cgroups a process is in, by the text of its `/proc/PID/cgroup`; undefined for none. */
export function containerOf(cgroups: string): string | undefined {
  return /[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec(cgroups)?.[1];
}

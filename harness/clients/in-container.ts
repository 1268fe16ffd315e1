import type { BesideProgram } from '../machine/beside.ts';

/** A running container, and its first process as the cell sees it. */
export interface Place {
  id: string;
  pid: number;
}

/** Joins the cgroups of a container, in v1 or v2, and enters its network namespace. `$0` is the root of the cell. */
const enter = `
id=$1 pid=$2; shift 2
for procs in "$0"/sys/fs/cgroup/*/docker/"$id" "$0"/sys/fs/cgroup/docker/"$id" "$0"/sys/fs/cgroup/system.slice/docker-"$id".scope; do
  [ -e "$procs/cgroup.procs" ] && echo 0 > "$procs/cgroup.procs"
done
exec nsenter --net="$0/proc/$pid/ns/net" --wd=/ -- "$@"`;

/**
 * The same program as a process of a container: in its network namespace, where the kernel lists its connections, and in its
 * cgroups, which tell whose it is. Its files stay the host's, as for a client that has the socket and its program mounted.
 */
export function inContainer(program: BesideProgram, { id, pid }: Place): BesideProgram {
  const root = (seen: (path: string) => string) => seen('/proc').replace(/\/proc$/, '');
  return { ...program, words: (seen) => ['sh', '-c', enter, root(seen), id, `${pid}`, ...program.words(seen)] };
}

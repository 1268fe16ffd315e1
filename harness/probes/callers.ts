import type { Caller } from '../evidence/callers.ts';
import type { NamelessConnections } from '../evidence/nameless-connections.ts';
import { containerOf, findNamespaces } from './network-namespaces.ts';
import { numberIn, readOutput, type Target } from './probe.ts';
import { processTimes } from './process-stat.ts';
import { readPeers } from './unix-peers.ts';

/** The command comes last and in one line: it is the one part that its process can write. */
const about =
  'busybox cat /proc/$0/stat /proc/uptime /proc/$0/status /proc/$0/cgroup && busybox tr "\\0\\n" "  " </proc/$0/cmdline && echo';

const listSockets = `${findNamespaces}
for pid in $namespaces; do
  if [ $pid = self ]; then ss -xpH state established || exit 1
  else nsenter --net=/proc/$pid/ns/net --wd=/ ss -xpH state established; fi
done
exit 0`;

/** Groups every connection to the daemon's socket by the process at its other end, most first. */
export async function probeCallers(target: Target): Promise<{ callers: Caller[]; nameless: NamelessConnections }> {
  const ss = await readOutput(target, 'unix sockets', ['busybox', 'sh', '-c', listSockets]);
  const { byProcess, ...nameless } = readPeers(ss);
  const callers: Caller[] = [];
  for (const [pid, connections] of byProcess) {
    const text = await readOutput(target, `process ${pid}`, ['busybox', 'sh', '-c', about, `${pid}`]);
    const { id, ...process } = describeProcess(text);
    const container = id === undefined ? undefined : await nameOf(target, id);
    callers.push({ pid, ...process, connections, ...(container && { container }) });
  }
  return { callers: callers.toSorted((a, b) => b.connections - a.connections), nameless };
}

/** A container with its name, when the daemon reports it. */
async function nameOf({ daemon }: Target, id: string): Promise<NonNullable<Caller['container']>> {
  const name = await daemon.engine
    .getContainer(id)
    .inspect()
    .then(({ Name }) => Name.slice(1))
    .catch(() => undefined);
  return { id, ...(name !== undefined && { name }) };
}

/** A process by its `stat`, the machine's `uptime`, its `status` and `cgroup` (proc(5)) and, as the last line, its command. */
export function describeProcess(text: string): Pick<Caller, 'user' | 'command' | 'age'> & { id?: string } {
  const [stat = '', uptime = '', ...rest] = text.trimEnd().split('\n');
  const id = containerOf(rest.slice(0, -1).join('\n'));
  return {
    user: numberIn(rest.join('\n'), 'the user', /^Uid:\t\d+\t(\d+)\t/m),
    command: rest.at(-1)?.trim() ?? '',
    age: numberIn(uptime, 'the uptime', /^(\d+\.\d+) /) - processTimes(stat).began,
    ...(id !== undefined && { id }),
  };
}

import { z } from 'zod';
import { numberIn, readOutput, type Target } from './probe.ts';
import { processTimes } from './process-stat.ts';

/** Who holds connections to the daemon's socket: the row that leads an operator to the agent. */
export const caller = z.strictObject({
  pid: z.int(),
  /** Its effective user id. */
  user: z.int(),
  command: z.string(),
  /** Seconds since the process began. */
  age: z.number(),
  connections: z.int(),
});
export type Caller = z.infer<typeof caller>;

/** The command comes last and in one line: it is the one part that its process can write. */
const script =
  'busybox cat /proc/$0/stat /proc/uptime /proc/$0/status && busybox tr "\\0\\n" "  " </proc/$0/cmdline && echo';

/** Groups every connection to the daemon's socket by the process at its other end, most first. */
export async function probeCallers(target: Target): Promise<Caller[]> {
  const ss = await readOutput(target, 'unix sockets', ['ss', '-xpH', 'state', 'established']);
  const counts = countPeers(ss);
  const callers: Caller[] = [];
  for (const [pid, connections] of counts) {
    const about = await readOutput(target, `process ${pid}`, ['busybox', 'sh', '-c', script, `${pid}`]);
    callers.push({ pid, ...describeProcess(about), connections });
  }
  return callers.toSorted((a, b) => b.connections - a.connections);
}

/** A process by its `stat`, the machine's `uptime`, its `status` (proc(5)) and, as the last line, its command. */
export function describeProcess(about: string): Pick<Caller, 'user' | 'command' | 'age'> {
  const [stat = '', uptime = '', ...rest] = about.trimEnd().split('\n');
  return {
    user: numberIn(rest.join('\n'), 'the user', /^Uid:\t\d+\t(\d+)\t/m),
    command: rest.at(-1)?.trim() ?? '',
    age: numberIn(uptime, 'the uptime', /^(\d+\.\d+) /) - processTimes(stat).began,
  };
}

/**
 * Connections a peer process has to a `docker.sock`, from `ss -xpH`: the daemon's end has the path and the number of
 * its peer's socket, the peer's end has that number and its process.
 */
export function countPeers(ss: string): Map<number, number> {
  const owners = new Map<string, number>();
  const peers: string[] = [];
  for (const line of ss.split('\n')) {
    const [, , , path = '', inode = '', , peer = '', ...rest] = line.trim().split(/\s+/);
    const pid = /pid=(\d+)/.exec(rest.join(' '))?.[1];
    if (pid !== undefined) owners.set(inode, Number(pid));
    if (path.endsWith('/docker.sock')) peers.push(peer);
  }
  const counts = new Map<number, number>();
  for (const peer of peers) {
    const pid = owners.get(peer);
    if (pid !== undefined) counts.set(pid, (counts.get(pid) ?? 0) + 1);
  }
  return counts;
}

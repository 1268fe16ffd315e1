import { z } from 'zod';
import { readOutput, type Target } from './probe.ts';

/** Who holds connections to the daemon's socket: the row that leads an operator to the agent. */
export const caller = z.strictObject({
  pid: z.int(),
  command: z.string(),
  /** Seconds since the process began. */
  age: z.number(),
  connections: z.int(),
});
export type Caller = z.infer<typeof caller>;

/** Groups every connection to the daemon's socket by the process at its other end, most first. */
export async function probeCallers(target: Target): Promise<Caller[]> {
  const ss = await readOutput(target, 'unix sockets', ['ss', '-xpH', 'state', 'established']);
  const counts = countPeers(ss);
  const callers: Caller[] = [];
  for (const [pid, connections] of counts) {
    const script =
      'busybox tr "\\0" " " </proc/$0/cmdline; echo; busybox cut -d" " -f22 /proc/$0/stat; busybox cut -d" " -f1 /proc/uptime';
    const about = await readOutput(target, `process ${pid}`, ['busybox', 'sh', '-c', script, `${pid}`]);
    const [command = '', started = '0', uptime = '0'] = about.split('\n');
    // Field 22 is in clock ticks of 1/100 s (proc(5), sysconf(_SC_CLK_TCK)).
    callers.push({ pid, command: command.trim(), age: Number(uptime) - Number(started) / 100, connections });
  }
  return callers.toSorted((a, b) => b.connections - a.connections);
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

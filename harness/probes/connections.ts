import { readOutput, type Probe } from './probe.ts';

/** Established connections to the daemon's socket, as the kernel lists them for the cell's network namespace. */
export const connections: Probe = {
  name: 'connections',
  metrics: [{ metric: 'connections', unit: 'connections', granularity: 1 }],
  cost: 'none for the daemon: one look into /proc/net/unix',
  async read(target) {
    const listing = await readOutput(target, 'unix sockets', ['busybox', 'cat', '/proc/net/unix']);
    return { connections: countConnections(listing, target.daemon.socket) };
  },
};

/** Counts the daemon's ends in `/proc/net/unix`: state 03 is SS_CONNECTED (linux/net.h), the listener has 01. */
export function countConnections(listing: string, socket: string): number {
  const rows = listing.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([, , , , , state, , path]) => state === '03' && path === socket).length;
}

import { findNamespaces } from './network-namespaces.ts';
import { readOutput, type Probe } from './probe.ts';

/** A container may end while it is looked at: only the cell's own list has to be there. */
const script = `${findNamespaces}
for pid in $namespaces; do
  busybox cat /proc/$pid/net/unix || { [ $pid = self ] && exit 1; }
done
exit 0`;

/** Established connections to the daemon's socket, as the kernel lists them for the network namespaces of the cell and its containers. */
export const connections: Probe = {
  name: 'connections',
  metrics: [{ metric: 'connections', unit: 'connections', granularity: 1 }],
  // The cost of a reading: none for the daemon: a look into /proc/net/unix of each network namespace.
  async read(target) {
    const listing = await readOutput(target, 'unix sockets', ['busybox', 'sh', '-c', script]);
    return { connections: countConnections(listing, target.daemon.socket) };
  },
};

/** Counts the daemon's ends in `/proc/net/unix`: state 03 is SS_CONNECTED (linux/net.h), the listener has 01. */
export function countConnections(listing: string, socket: string): number {
  const rows = listing.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([, , , , , state, , path]) => state === '03' && path === socket).length;
}

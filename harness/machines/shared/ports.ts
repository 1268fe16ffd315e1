import type { Duplex } from 'node:stream';
import type { Machine } from '../../machine/contract.ts';

/** An addition to the {@link Machine} interface: one whose TCP ports are reachable from here, though its network is not. */
export interface ReachesPorts {
  /** Opens a stream to a port of its loopback; what goes wrong arrives as its `error` event, as with `net.connect`. */
  connectPort(port: number): Duplex;
}

/** Whether a machine has the capability of {@link ReachesPorts}. */
export function reachesPorts(machine: Machine): machine is Machine & ReachesPorts {
  return 'connectPort' in machine;
}

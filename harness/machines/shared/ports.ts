import type { Duplex } from 'node:stream';
import type { Machine } from '../../machine/contract.ts';

/** Beside the {@link Machine} interface: one whose TCP ports can be reached from here, though its network cannot. */
export interface ReachesPorts {
  /** Opens a stream to a port of its loopback; what goes wrong arrives as its `error` event, as with `net.connect`. */
  connectPort(port: number): Duplex;
}

/** Whether a machine has the capability of {@link ReachesPorts}. */
export function reachesPorts(machine: Machine): machine is Machine & ReachesPorts {
  return 'connectPort' in machine;
}

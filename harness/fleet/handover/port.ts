import type { Server } from 'node:net';

/** The port that a server listens on. @throws {RangeError} before it listens, or on a socket of a file system */
export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address === 'object' && address) return address.port;
  throw new RangeError('the server does not listen on a port');
}

import { createServer, type RequestListener } from 'node:http';
import { createConnection } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { scratch } from './scratch.ts';

/** An HTTP server on a unix socket, as a daemon's; returns what opens a stream to it. */
export async function fakeDaemon(t: ExecutionContext, listener: RequestListener): Promise<() => Duplex> {
  const socket = path.join(scratch(t), 'docker.sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return () => createConnection(socket);
}

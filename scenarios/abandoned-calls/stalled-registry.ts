import { createServer } from 'node:http';
import { once } from 'node:events';

/** A registry on 127.0.0.1 that says that it is one, and answers nothing else. */
export interface StalledRegistry {
  port: number;
  /** Questions for manifests so far, each tag once. */
  asked: () => number;
  /** Ends it, and the connections of those that still wait. */
  close: () => void;
}

/** Starts it. dockerd tries TLS first, which plain HTTP refuses at once, and takes 127.0.0.0/8 for insecure. */
export async function startStalledRegistry(): Promise<StalledRegistry> {
  const tags = new Set<string>();
  const server = createServer((request, response) => {
    const tag = /\/manifests\/([^/?]+)$/.exec(request.url ?? '')?.[1];
    if (tag === undefined) response.writeHead(200, { 'Docker-Distribution-Api-Version': 'registry/2.0' }).end();
    else tags.add(tag);
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the registry listens on no port');
  return { port: address.port, asked: () => tags.size, close };
}

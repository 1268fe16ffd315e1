import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type Docker from 'dockerode';

/** The things that the lab must not leave in an engine, one per line: everything in it but its default networks. */
export async function readEngine(docker: Docker): Promise<string[]> {
  const containers = await docker.listContainers({ all: true });
  const { Volumes } = await docker.listVolumes();
  const images = await docker.listImages({ all: true });
  const networks = await docker.listNetworks();
  const usual = new Set(['bridge', 'host', 'none']);
  return [
    ...containers.map(({ Id, State }) => `container ${Id}, ${State}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...images.map(({ Id, RepoTags }) => `image ${Id}, ${RepoTags?.join(' ')}`),
    ...networks.filter(({ Name }) => !usual.has(Name)).map(({ Name }) => `network ${Name}`),
  ];
}

/** Makes the engine behind a socket one that is reached by TCP alone, until the test ends; returns its DOCKER_HOST. */
export async function overTcp(t: ExecutionContext, socket: string): Promise<string> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ path: socket, allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  t.teardown(() => {
    server.close();
    for (const one of open) one.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `tcp://127.0.0.1:${address.port}`;
}

import http from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type Dockerode from 'dockerode';
import { Docker } from './dockerode.ts';

/**
 * A client of the Engine API for control calls, over any stream that the machine can open. No API version is asked
 * for: the daemons speak from 1.24 to 1.51, each its own by default.
 */
export function openEngine(connect: () => Duplex): Dockerode {
  const options = { protocol: 'http', host: 'docker', port: 80, agent: streamAgent(connect) } as const;
  return withoutDockerSettings(() => new Docker(options));
}

/** The library reads DOCKER_HOST and similar variables on import, even with explicit options; they refer to another daemon. */
function withoutDockerSettings<T>(make: () => T): T {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('DOCKER_'));
  for (const [name] of settings) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of settings) process.env[name] = value;
  }
}

/**
 * An agent that opens one stream a request, so that no call ever waits for or inherits from another. It is short when it is inspected: docker-modem
 * formats the options of each request for a debug line that is not printed, and with an agent all its requests and sockets (BENCHMARKS.md).
 */
function streamAgent(connect: () => Duplex): http.Agent {
  const agent = new http.Agent({ keepAlive: false });
  agent.createConnection = connect;
  return Object.assign(agent, { [inspect.custom]: () => 'an agent' });
}

/**
 * Sends one GET and resolves with the response as soon as its head is there; the body is for the caller to read.
 *
 * @throws what the connection throws, and an AbortError when the signal fires first.
 */
export function get(connect: () => Duplex, path: string, signal?: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { host: 'docker', path, agent: streamAgent(connect), ...(signal && { signal }) };
    http.get(options, resolve).on('error', reject);
  });
}

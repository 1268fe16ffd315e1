import http from 'node:http';
import type { Duplex } from 'node:stream';
import Docker from 'dockerode';

/**
 * A client of the Engine API for control calls, over any stream that the machine can open. No API version is asked
 * for: the daemons speak from 1.24 to 1.51, each its own by default.
 */
export function openEngine(connect: () => Duplex): Docker {
  // The library fills what is left out from DOCKER_HOST, which speaks of another daemon: hence the empty prefix.
  const options = { protocol: 'http', host: 'docker', port: 80, pathPrefix: '', agent: streamAgent(connect) } as const;
  return new Docker(options);
}

/** An agent that opens one stream a request, so that no call ever waits for or inherits from another. */
function streamAgent(connect: () => Duplex): http.Agent {
  const agent = new http.Agent({ keepAlive: false });
  agent.createConnection = connect;
  return agent;
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

import type { Duplex } from 'node:stream';
import type { Ask } from './step.ts';

/**
 * The end of a request: `closed` by the daemon; by us after the first `frame` of the body; or it was still `open` when we
 * stopped to wait.
 */
export type Ending = 'closed' | 'frame' | 'open';

/** One request and all that came back, byte for byte (as latin1). */
export interface Exchange {
  response: string;
  ending: Ending;
}

/** A request that was sent. */
export interface Pending {
  /** Resolves when all that is wanted of the answer is there. Rejects when the connection breaks. */
  readonly answered: Promise<void>;
  /** The data received until now; closes the connection. */
  end(): Exchange;
}

/** Sends one request on a connection of its own, which it asks the daemon to close. */
export function send(connect: () => Duplex, ask: Ask): Pending {
  const connection = connect();
  let response = '';
  let ending: Ending = 'open';
  const answered = new Promise<void>((resolve, reject) => {
    const done = (how: Ending) => {
      if (ending === 'open') ending = how;
      resolve();
    };
    connection.on('data', (chunk: Buffer) => {
      response += chunk.toString('latin1');
      if (ask.until === 'frame' && hasFrame(response)) done('frame');
    });
    connection.on('end', () => done('closed'));
    connection.on('error', reject);
  });
  // A caller that gives up before it breaks no longer listens.
  answered.catch(() => {});
  const bytes = requestText(ask);
  if (ask.halfClose) connection.end(bytes);
  else connection.write(bytes);
  return {
    answered,
    end() {
      connection.destroy();
      return { response, ending };
    },
  };
}

/** Go ends every frame with a newline, after the head and in a chunk of its own. */
function hasFrame(response: string): boolean {
  const head = response.indexOf('\r\n\r\n');
  return head >= 0 && /[^\r]\n/.test(response.slice(head + 4));
}

function requestText({ method, path, headers = {}, body }: Ask): string {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const lines = {
    Host: 'docker',
    Connection: 'close',
    ...(text !== '' && { 'Content-Type': 'application/json' }),
    ...((text !== '' || method === 'POST') && { 'Content-Length': `${Buffer.byteLength(text)}` }),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, ...head].join('\r\n')}\r\n\r\n${text}`;
}

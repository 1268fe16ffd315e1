import type { EndpointName } from './endpoints.ts';
import type { LeavingName } from './leavings.ts';
import { leavings } from './leavings.ts';

/** The object of a call. */
export interface Subject {
  /** Id of the container. */
  container: string;
  /** Id of an exec that was created for this call alone; of `exec-start`. */
  exec?: string;
  /** Counts the calls of a client from 0. */
  number: number;
  /** Port of the stalled registry on 127.0.0.1; of `pull`. */
  registry?: number;
}

/** Words by which a connection becomes a raw stream. */
const hijack = ['Connection: Upgrade', 'Upgrade: tcp'];

/** The first line, further lines of the head, and the body of a request. */
type Request = readonly [first: string, head?: readonly string[], body?: string];

const requests: Readonly<Record<EndpointName, (subject: Subject) => Request>> = {
  attach: ({ container }) => [`POST /containers/${container}/attach?stream=1&stdout=1&stderr=1`, hijack],
  'attach-websocket': ({ container }) => [
    `GET /containers/${container}/attach/ws?stream=1&stdout=1&stderr=1`,
    [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Origin: http://docker',
      'Sec-WebSocket-Version: 13',
      // Any 16 bytes (RFC 6455, 4.1): these are zeroes.
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ],
  ],
  'exec-start': ({ exec = '' }) => [
    `POST /exec/${exec}/start`,
    [...hijack, 'Content-Type: application/json'],
    JSON.stringify({ Detach: false, Tty: false }),
  ],
  'logs-follow': ({ container }) => [`GET /containers/${container}/logs?follow=1&stdout=1&stderr=1&tail=1`],
  events: () => ['GET /events'],
  'stats-stream': ({ container }) => [`GET /containers/${container}/stats`],
  'stats-once': ({ container }) => [`GET /containers/${container}/stats?stream=0`],
  wait: ({ container }) => [`POST /containers/${container}/wait`],
  // Two pulls of one reference may become one: each has a tag of its own.
  pull: ({ number, registry }) => [`POST /images/create?fromImage=127.0.0.1:${registry}/stalled&tag=t${number}`],
  build: () => [
    'POST /build?version=1',
    ['Content-Type: application/x-tar', 'Transfer-Encoding: chunked', 'Expect: 100-continue'],
    // A chunk that ends before the first header of a tar archive, of 512 bytes, is whole.
    `80\r\n${'x'.repeat(0x80)}\r\n`,
  ],
};

/** The part of a request that a client sends which leaves in that way. */
export function requestOf(endpoint: EndpointName, leaving: LeavingName, subject: Subject): string {
  const { sends } = leavings[leaving];
  if (sends === 'nothing') return '';
  const [first, head = [], body = ''] = requests[endpoint](subject);
  const isChunked = head.includes('Transfer-Encoding: chunked');
  const length = isChunked || first.startsWith('GET ') ? [] : [`Content-Length: ${body.length}`];
  const whole = [`${first} HTTP/1.1`, 'Host: docker', ...head, ...length].join('\r\n');
  return sends === 'half' ? whole.slice(0, whole.length / 2) : `${whole}\r\n\r\n${body}`;
}

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { poll } from '../../harness/machine/poll.ts';
import { scratch } from '../../test/support/scratch.ts';
import { AbandoningCalls } from './abandoning.ts';
import type { LeavingName } from './leavings.ts';

const subjects = [0, 1, 2].map((number) => ({ container: 'c1', number }));

/** What a server sees of its clients: what they sent, and how their connections ended. */
interface Seen {
  text: string;
  end?: 'end' | 'ECONNRESET' | 'close';
}

/** A server that answers each request with this, as far as a request comes. */
async function answering(t: ExecutionContext, answer: string, onRequest?: (socket: Socket) => void) {
  const file = path.join(scratch(t), 's');
  const clients: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const seen: Seen = { text: '' };
    clients.push(seen);
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      seen.text += chunk.toString();
      if (!seen.text.includes('\r\n\r\n')) return;
      socket.write(answer);
      onRequest?.(socket);
    });
    socket.on('end', () => {
      seen.end ??= 'end';
      socket.end();
    });
    socket.on(
      'error',
      (error: NodeJS.ErrnoException) => (seen.end ??= error.code === 'ECONNRESET' ? 'ECONNRESET' : 'close'),
    );
  });
  server.listen(file);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const ended = async () => {
    await poll(
      () => clients.filter(({ end }) => end !== undefined).length,
      (count) => count === subjects.length,
      { seconds: 20 },
    );
    return clients.map(({ end }) => end);
  };
  return { file, clients, ended };
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n';

test('a client that closes has read what came, and the other end sees the end of the stream', async (t) => {
  const server = await answering(t, head);
  const calls = new AbandoningCalls(server.file, 'events', 'closes');
  await calls.send(subjects);
  t.like(calls.counts, { sent: 3, open: 3, answered: 3, givenUp: 0, failures: {} });
  await calls.leave();
  t.like(calls.counts, { open: 0, givenUp: 3, unread: 0, bytes: 3 * head.length });
  t.deepEqual(await server.ended(), ['end', 'end', 'end']);
});

test('a client that resets leaves bytes unread, and the other end sees a reset', async (t) => {
  const server = await answering(t, head);
  const calls = new AbandoningCalls(server.file, 'events', 'resets');
  await calls.send(subjects);
  await calls.leave();
  t.like(calls.counts, { answered: 3, givenUp: 3, unread: 3 });
  t.deepEqual(await server.ended(), ['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
});

test('a client that half-closes waits for the end of the answer', async (t) => {
  const server = await answering(t, head);
  const calls = new AbandoningCalls(server.file, 'events', 'half-closes');
  await calls.send(subjects);
  await calls.leave();
  t.like(calls.counts, { answered: 3, ended: 3, givenUp: 3 });
  t.deepEqual(await server.ended(), ['end', 'end', 'end']);
});

test('a client that stops reading lets the answer pile up until nothing more comes', async (t) => {
  let written = 0;
  const server = await answering(t, head, (socket) => {
    const more = () => {
      while (socket.write('x'.repeat(10_000))) written += 10_000;
      socket.once('drain', more);
    };
    more();
  });
  const calls = new AbandoningCalls(server.file, 'events', 'stops-reading');
  await calls.send(subjects);
  await calls.leave();
  t.like(calls.counts, { answered: 3, givenUp: 3, unread: 3, bytes: 36 });
  // The server could not write more than the sockets hold.
  t.true(written > 10_000);
  t.deepEqual(await server.ended(), ['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
});

for (const leaving of ['sends-nothing', 'sends-half-a-request'] satisfies LeavingName[]) {
  test(`a client that ${leaving} is not answered`, async (t) => {
    const server = await answering(t, head);
    const calls = new AbandoningCalls(server.file, 'attach', leaving);
    await calls.send(subjects);
    t.like(calls.counts, { sent: 3, open: 3, answered: 0, failures: {} });
    await calls.leave();
    t.like(calls.counts, { open: 0, givenUp: 3 });
    t.deepEqual(await server.ended(), ['end', 'end', 'end']);
    t.true(server.clients.every(({ text }) => !text.includes('\r\n\r\n')));
  });
}

test('a client that stays keeps its calls, until it is told to close', async (t) => {
  const server = await answering(t, head);
  const calls = new AbandoningCalls(server.file, 'events', 'stays');
  await calls.send(subjects);
  await calls.leave();
  t.like(calls.counts, { open: 3, givenUp: 0 });
  calls.close();
  t.is(calls.counts.open, 0);
  t.deepEqual(await server.ended(), ['end', 'end', 'end']);
});

test('a refused call is a failure with its status, and no call that was abandoned', async (t) => {
  const server = await answering(t, 'HTTP/1.1 409 Conflict\r\n\r\n');
  const calls = new AbandoningCalls(server.file, 'attach', 'closes');
  await calls.send(subjects);
  t.like(calls.counts, { sent: 3, answered: 0, failures: { 409: 3 } });
  calls.close();
});

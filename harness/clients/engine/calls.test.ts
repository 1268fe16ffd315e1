import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../../test/support/scratch.ts';
import { behaviourNamed } from '../common/behaviour.ts';
import { Calls } from './calls.ts';

/** A server that keeps every connection, and what it was sent. */
async function keepingServer(t: ExecutionContext, reply?: string) {
  const sockets: Socket[] = [];
  const ended: Socket[] = [];
  const received: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('data', (chunk) => {
      received.push(chunk.toString());
      if (reply !== undefined) socket.end(reply);
    });
    socket.on('end', () => ended.push(socket));
    socket.on('error', () => {});
  });
  const file = path.join(scratch(t), 'docker.sock');
  await new Promise<void>((resolve) => server.listen(file, resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { file, sockets, ended, received };
}

/** Turns the event loop until a condition holds; AVA's own time-out ends a test that never comes to it. */
async function turnUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('calls go to the containers in turn, and hang until they are answered', async (t) => {
  const server = await keepingServer(t);
  const calls = new Calls(server.file, behaviourNamed('agent-1.20'));
  await calls.send(5, ['a', 'b']);
  await turnUntil(() => server.received.length === 5);
  t.deepEqual(
    server.received.map((request) => request.split(' ')[1]).toSorted((a = '', b = '') => a.localeCompare(b)),
    ['a', 'a', 'a', 'b', 'b'].map((name) => `/containers/${name}/stats?stream=0`),
  );
  calls.read();
  t.deepEqual(calls.counts, { sent: 5, open: 5, answered: 0, givenUp: 0, ended: 0, bytes: 0, failures: {} });
  calls.closeAll();
  t.is(calls.counts.open, 0);
  await turnUntil(() => server.ended.length === 5);
});

test('an answer is counted, and a connection that the daemon ends is closed', async (t) => {
  const server = await keepingServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
  const calls = new Calls(server.file, behaviourNamed('agent-1.20'));
  await calls.send(3, ['a']);
  await turnUntil(() => {
    calls.read();
    return calls.counts.ended === 3;
  });
  t.deepEqual(calls.counts, { sent: 3, open: 0, answered: 3, givenUp: 0, ended: 3, bytes: 120, failures: {} });
});

test('no server is a failure by its name, and is not tried again', async (t) => {
  const calls = new Calls(path.join(scratch(t), 'none.sock'), behaviourNamed('agent-1.20'));
  await calls.send(2, ['a']);
  t.deepEqual(calls.counts, { sent: 0, open: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0, failures: { ENOENT: 2 } });
});

test('a path that fits into no address', (t) => {
  const long = `/${'x'.repeat(107)}`;
  t.throws(() => new Calls(long, behaviourNamed('agent-1.20')), {
    message: `a path of 108 bytes does not fit into sockaddr_un: ${long}`,
  });
});

const givesUp = test.macro({
  async exec(t, name: string, open: number, ended: number, requests: number) {
    const server = await keepingServer(t);
    const calls = new Calls(server.file, behaviourNamed(name));
    await calls.send(2, ['a']);
    await turnUntil(() => server.received.length === 2);
    calls.giveUp();
    await turnUntil(() => server.ended.length === ended && server.received.length === requests);
    t.like(calls.counts, { open, givenUp: 2 });
    calls.giveUp();
    t.is(calls.counts.givenUp, 2, 'once is enough');
    calls.closeAll();
  },
  title: (_, name: string) => `giving up as ${name}`,
});

test(givesUp, 'timeout-cancel', 0, 2, 2);
test(givesUp, 'timeout-no-cancel', 2, 0, 2);
test(givesUp, 'half-close', 2, 2, 2);
test(givesUp, 'second-request', 2, 0, 4);

test('a stalled reader leaves what has come where it is', async (t) => {
  const server = await keepingServer(t, 'HTTP/1.1 200 OK\r\n\r\n');
  const calls = new Calls(server.file, behaviourNamed('stalled-reader'));
  await calls.send(1, ['a']);
  await turnUntil(() => server.received.length === 1);
  t.regex(server.received[0] ?? '', /^GET \/containers\/a\/stats\?stream=1 HTTP/);
  calls.read();
  t.like(calls.counts, { answered: 0, bytes: 0, open: 1 });
  calls.closeAll();
});

import { createServer, createConnection, type Socket } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { send } from './exchange.ts';

/** A daemon that handles each connection as the test specifies. */
async function serve(t: ExecutionContext, handle: (socket: Socket, request: string) => void): Promise<() => Socket> {
  const file = path.join(scratch(t), 'docker.sock');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => handle(socket, chunk.toString()));
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  t.teardown(() => server.close());
  return () => createConnection(file);
}

const ask = { name: 'x', method: 'GET', path: '/x' } as const;

test('a request without a body, and all that comes back', async (t) => {
  const connect = await serve(t, (socket, request) => socket.end(request));
  const pending = send(connect, ask);
  await pending.answered;
  t.deepEqual(pending.end(), {
    response: 'GET /x HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n',
    ending: 'closed',
  });
});

test('a body is JSON unless it says otherwise; a text is sent as it is', async (t) => {
  const connect = await serve(t, (socket, request) => socket.end(request));
  const sent = async (more: object) => {
    const pending = send(connect, { ...ask, method: 'POST', ...more });
    await pending.answered;
    return pending.end().response.split('\r\n').slice(3);
  };
  t.deepEqual(await sent({ body: { a: 1 } }), ['Content-Type: application/json', 'Content-Length: 7', '', '{"a":1}']);
  t.deepEqual(await sent({ body: '{bad', headers: { 'Content-Type': 'text/plain' } }), [
    'Content-Type: text/plain',
    'Content-Length: 4',
    '',
    '{bad',
  ]);
  t.deepEqual(await sent({}), ['Content-Length: 0', '', '']);
});

test('the first frame is enough where one is asked for', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const connect = await serve(t, (socket) => socket.write(`${head}3\r\n{}\n\r\n`));
  const pending = send(connect, { ...ask, until: 'frame' });
  await pending.answered;
  t.deepEqual(pending.end(), { response: `${head}3\r\n{}\n\r\n`, ending: 'frame' });
});

test('what has no end is open when it is given up', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const connect = await serve(t, () => arrived.resolve());
  const pending = send(connect, ask);
  await arrived.promise;
  t.deepEqual(pending.end(), { response: '', ending: 'open' });
});

test('a half-close arrives with the request, and the answer still comes', async (t) => {
  const connect = await serve(t, (socket) => socket.on('end', () => socket.end('gone')));
  const pending = send(connect, { ...ask, halfClose: true });
  await pending.answered;
  t.is(pending.end().response, 'gone');
});

test('a daemon that is not there is an error', async (t) => {
  const connect = () => createConnection('/nowhere/docker.sock');
  await t.throwsAsync(send(connect, ask).answered, { message: 'connect ENOENT /nowhere/docker.sock' });
});

import { createConnection, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../../../test/support/scratch.ts';
import { createLog } from '../log.ts';
import { createRouter, type Route } from './router.ts';
import { createHttpServer } from './server.ts';

const routes: Route[] = [
  { method: 'GET', path: '/_ping', handle: ({ response }) => response.end('OK') },
  { method: 'GET', path: '/long', handle: ({ response }) => response.json('x'.repeat(2050)) },
  { method: 'POST', path: '/echo', handle: async ({ response, json }) => response.json(await json()) },
  {
    method: 'GET',
    path: '/containers/{name:.*}/json',
    handle: ({ name }) => Promise.reject(new Error(`No such container: ${name}`)),
  },
];

/** Serves the routes on a socket of its own; the returned function opens a connection. */
async function serve(t: ExecutionContext, more: Route[] = [], lines: string[] = []): Promise<() => Socket> {
  const socket = path.join(scratch(t), 'docker.sock');
  const log = createLog(true, (line) => lines.push(/msg="(.*)" $/m.exec(line)?.[1] ?? line));
  const server = createHttpServer(createRouter([...routes, ...more], log));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => server.close());
  return () => createConnection({ path: socket, allowHalfOpen: true });
}

async function exchange(connect: () => Socket, request: string): Promise<string[]> {
  const connection = connect();
  connection.write(request);
  const answer = await text(connection);
  connection.destroy();
  return answer.replaceAll(/Date: .* GMT/g, 'Date').split('\r\n');
}

const close = 'Host: docker\r\nConnection: close\r\n';

// The heads below are dockerd 1.13.1's, but for their dates.
test('a ping', async (t) => {
  t.deepEqual(await exchange(await serve(t), `GET /_ping HTTP/1.1\r\n${close}\r\n`), [
    'HTTP/1.1 200 OK',
    'Api-Version: 1.26',
    'Docker-Experimental: false',
    'Server: Docker/1.13.1 (linux)',
    'Date',
    'Content-Length: 2',
    'Content-Type: text/plain; charset=utf-8',
    'Connection: close',
    '',
    'OK',
  ]);
});

test('an error, with a version in the path', async (t) => {
  const lines: string[] = [];
  const connect = await serve(t, [], lines);
  t.deepEqual(await exchange(connect, `GET /v1.25/containers/nope/json?size=1 HTTP/1.1\r\n${close}\r\n`), [
    'HTTP/1.1 404 Not Found',
    'Api-Version: 1.26',
    'Content-Type: application/json',
    'Docker-Experimental: false',
    'Server: Docker/1.13.1 (linux)',
    'Date',
    'Content-Length: 38',
    'Connection: close',
    '',
    '{"message":"No such container: nope"}\n',
  ]);
  t.deepEqual(lines.slice(-2), [
    'Calling GET /v1.25/containers/nope/json?size=1',
    'Handler for GET /v1.25/containers/nope/json returned error: No such container: nope',
  ]);
});

test('a path that is not there', async (t) => {
  t.deepEqual(await exchange(await serve(t), `GET /v1.25/nothing HTTP/1.1\r\n${close}\r\n`), [
    'HTTP/1.1 404 Not Found',
    'Content-Type: application/json',
    'Date',
    'Content-Length: 29',
    'Connection: close',
    '',
    '{"message":"page not found"}\n',
  ]);
});

test('a body of more than 2048 bytes is one chunk', async (t) => {
  const answer = await exchange(await serve(t), `GET /long HTTP/1.1\r\n${close}\r\n`);
  const chunk = `"${'x'.repeat(2050)}"\n`;
  const length = chunk.length.toString(16);
  t.deepEqual(answer.slice(-8), ['Connection: close', 'Transfer-Encoding: chunked', '', length, chunk, '0', '', '']);
});

test('an API version that is too old is refused, one that is too new is not', async (t) => {
  const connect = await serve(t);
  const old = await exchange(connect, `GET /v1.11/_ping HTTP/1.1\r\n${close}\r\n`);
  const message =
    'client version 1.11 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version';
  t.deepEqual(old, [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    'Date',
    `Content-Length: ${message.length + 1}`,
    'Connection: close',
    '',
    `${message}\n`,
  ]);
  t.is((await exchange(connect, `GET /v1.41/_ping HTTP/1.1\r\n${close}\r\n`))[0], 'HTTP/1.1 200 OK');
});

test('a chunked body, then a second request on the connection', async (t) => {
  const head = 'POST /echo HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n';
  const body = 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n';
  const answer = await exchange(await serve(t), `${head}${body}GET /_ping HTTP/1.1\r\n${close}\r\n`);
  t.true(answer.includes('{"a":1}\nHTTP/1.1 200 OK'), answer.join('\n'));
  t.is(answer.at(-1), 'OK');
});

test('JSON that is none, in the words of Go', async (t) => {
  const post = (body: string) =>
    `POST /echo HTTP/1.1\r\n${close}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const connect = await serve(t);
  const bad = await exchange(connect, post('{bad'));
  const message = "invalid character 'b' looking for beginning of object key string";
  t.deepEqual([bad[0], bad.at(-1)], ['HTTP/1.1 500 Internal Server Error', `{"message":"${message}"}\n`]);
  t.is((await exchange(connect, post('{"a":'))).at(-1), '{"message":"unexpected EOF"}\n');
});

test('what is no HTTP gets a 400 and the end', async (t) => {
  t.is((await exchange(await serve(t), 'garbage\r\n\r\n'))[0], 'HTTP/1.1 400 Bad Request');
});

/** A route that hangs until its client is gone, and records when it begins and when it notices. */
function hanging(): { route: Route; begun: Promise<void>; gone: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const handle: Route['handle'] = async ({ onGone }) => {
    onGone(gone.resolve);
    begun.resolve();
    await gone.promise;
  };
  return { route: { method: 'GET', path: '/hang', handle }, begun: begun.promise, gone: gone.promise };
}

const hang = 'GET /hang HTTP/1.1\r\nHost: docker\r\n\r\n';

test('a client that closes is noticed', async (t) => {
  const { route, begun, gone } = hanging();
  const connection = (await serve(t, [route]))();
  connection.write(hang);
  await begun;
  connection.destroy();
  await t.notThrowsAsync(gone);
});

test('a client that half-closes counts as gone, and is answered by an empty 200', async (t) => {
  const { route, begun } = hanging();
  const connection = (await serve(t, [route]))();
  connection.write(hang);
  await begun;
  connection.end();
  t.regex(await text(connection), /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 0\r\n\r\n$/);
});

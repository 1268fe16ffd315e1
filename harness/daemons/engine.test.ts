import { text } from 'node:stream/consumers';
import { createConnection } from 'node:net';
import path from 'node:path';
import { inspect } from 'node:util';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { scratch } from '../../test/support/scratch.ts';
import { get, openEngine } from './engine.ts';

test('a GET resolves with head and body', async (t) => {
  const connect = await fakeDaemon(t, (request, response) => {
    response.writeHead(404, { 'Api-Version': '1.26' }).end(`${request.method} ${request.url}`);
  });
  const response = await get(connect, '/v1.25/containers/nope/stats?stream=false');
  t.is(response.statusCode, 404);
  t.is(response.headers['api-version'], '1.26');
  t.is(await text(response), 'GET /v1.25/containers/nope/stats?stream=false');
});

test('the head is enough: the body is for the caller', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => response.flushHeaders());
  const response = await get(connect, '/containers/x/stats');
  t.is(response.statusCode, 200);
  response.destroy();
});

test('every GET has a connection of its own', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => response.end('OK'));
  let connections = 0;
  const counted = () => {
    connections++;
    return connect();
  };
  for (let call = 0; call < 2; call++) await text(await get(counted, '/_ping'));
  t.is(connections, 2);
});

test('a daemon that hangs is left when the signal fires, and sees the connection close', async (t) => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<undefined>();
  const { promise: left, resolve: leave } = Promise.withResolvers<undefined>();
  const connect = await fakeDaemon(t, (request) => {
    request.socket.on('close', () => leave(undefined));
    ask(undefined);
  });
  const closing = new AbortController();
  const call = get(connect, '/containers/x/stats', closing.signal);
  await asked;
  closing.abort();
  await t.throwsAsync(call, { name: 'AbortError', message: 'The operation was aborted' });
  await left;
});

test('a socket without a listener', async (t) => {
  const socket = path.join(scratch(t), 'docker.sock');
  await t.throwsAsync(
    get(() => createConnection(socket), '/_ping'),
    { code: 'ENOENT', message: `connect ENOENT ${socket}` },
  );
});

test('a daemon that hangs up', async (t) => {
  const connect = await fakeDaemon(t, (request) => request.socket.destroy());
  await t.throwsAsync(get(connect, '/_ping'), { code: 'ECONNRESET', message: 'socket hang up' });
});

const environments = {
  'another host': { DOCKER_HOST: 'tcp://192.0.2.1:2376/prefix' },
  'a path': { DOCKER_HOST: 'tcp://192.0.2.1:2375', DOCKER_PATH_PREFIX: '/prefix/' },
  'another socket': { DOCKER_HOST: 'unix:///var/run/docker.sock' },
  'certificates that are not there': { DOCKER_HOST: 'tcp://192.0.2.1:2376', DOCKER_CERT_PATH: '/nowhere' },
  'a host through ssh': { DOCKER_HOST: 'ssh://root@192.0.2.1' },
};

for (const [what, environment] of Object.entries(environments)) {
  test.serial(`the engine is the machine's, not the environment's: ${what}`, async (t) => {
    const connect = await fakeDaemon(t, (request, response) => {
      response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ host: request.headers.host, asked: request.url }));
    });
    const before = { ...process.env };
    Object.assign(process.env, environment);
    t.teardown(() => {
      for (const name of Object.keys(environment)) {
        const value = before[name];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    const answer: unknown = await openEngine(connect).getContainer('c1').inspect();
    t.deepEqual(answer, { host: 'docker', asked: '/containers/c1/json' });
  });
}

test('a request whose options are inspected, as docker-modem does each time, tells nothing of its connections', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => response.end('OK'));
  const engine = openEngine(connect);
  const asking = engine.ping();
  const agent: unknown = Object(engine.modem).agent;
  t.is(inspect({ path: '/_ping', agent }, { showHidden: true, depth: null }), "{ path: '/_ping', agent: an agent }");
  await asking;
});

import { createConnection, createServer, type Socket } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import type { DockerBuild } from '../../vms/build.ts';
import type { TickCounter } from '../clients/tick-counter.ts';
import { LabError } from '../core/errors.ts';
import { play } from './play.ts';
import type { Side } from './side.ts';
import type { Step } from './step.ts';

const id = 'a1'.repeat(32);
const build: DockerBuild = {
  name: '1.13.1',
  version: '1.13.1',
  commit: '092cba3',
  origin: { kind: 'directory', source: '/docker' },
  binaries: [],
  userland: { name: 'tools', root: '/', packages: {} },
  mounts: [],
  path: '/bin',
};

/** A daemon that logs every request and gives the specified answer; undefined: none. */
async function sideOf(t: ExecutionContext, answer: (request: string) => string | undefined) {
  const file = path.join(scratch(t), 'docker.sock');
  const lines: string[] = [];
  const waiting: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const request = chunk.toString().split('\r\n')[0] ?? '';
      lines.push(request);
      const response = answer(request);
      if (response === undefined) waiting.push(socket);
      else socket.end(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  t.teardown(() => {
    for (const socket of waiting) socket.destroy();
    server.close();
  });
  const did: string[] = [];
  const counter: TickCounter = { ticks: 0, reached: () => Promise.resolve(), [Symbol.dispose]() {} };
  const side: Side = {
    build,
    connect: () => createConnection(did.includes('start') ? file : '/nowhere'),
    start: () => Promise.resolve(void did.push('start')),
    importImage: () => Promise.resolve(void did.push('image')),
    takeLog: () => Promise.resolve(lines.splice(0)),
    ticks: () => Promise.resolve(counter),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const run = (script: Step[], signal = new AbortController().signal) => play(script, side, () => {}, signal);
  return { run, did, waiting };
}

const start: Step = { name: 'start', start: true };
const create: Step = { name: 'create', method: 'POST', path: '/containers/create?name=web' };

test('a container is asked for by the id that it was given', async (t) => {
  const { run, did } = await sideOf(t, (request) =>
    request.startsWith('POST') ? `HTTP/1.1 201 Created\r\n\r\n{"Id":"${id}"}` : 'HTTP/1.1 200 OK\r\n\r\n',
  );
  const inspect: Step = { name: 'inspect', method: 'GET', path: '/containers/{web}/json' };
  const [started, , inspected] = await run([start, create, inspect]);
  t.deepEqual(did, ['start', 'image'], 'the image comes after the first start');
  t.deepEqual(started, { step: start, log: [] });
  t.deepEqual(inspected, {
    step: inspect,
    asked: inspect,
    exchange: { response: 'HTTP/1.1 200 OK\r\n\r\n', ending: 'closed' },
    log: [`GET /containers/${id}/json HTTP/1.1`],
  });
});

test('what is kept open is answered later, and its lines are of the step after it', async (t) => {
  const done = 'HTTP/1.1 200 OK\r\n\r\ndone';
  let isKilled = false;
  const { run, waiting } = await sideOf(t, (request) => {
    // Which of two connections is read first is the kernel's to say.
    if (request.includes('/wait')) return isKilled ? done : undefined;
    isKilled = true;
    for (const socket of waiting) socket.end(done);
    return 'HTTP/1.1 204 No Content\r\n\r\n';
  });
  const wait: Step = { name: 'wait', method: 'POST', path: '/wait', keepOpen: true };
  const kill: Step = { name: 'kill', method: 'POST', path: '/kill' };
  const told: Step = { name: 'told', settles: 'wait' };
  const [, waited, killed, settled] = await run([start, wait, kill, told]);
  t.deepEqual(waited, { step: wait, asked: wait, log: undefined });
  t.deepEqual(killed?.log?.toSorted(), ['POST /kill HTTP/1.1', 'POST /wait HTTP/1.1']);
  t.deepEqual(settled?.asked, wait);
  t.deepEqual(settled?.exchange, { response: done, ending: 'closed' });
});

test('one that is never answered is open when its ticks are over', async (t) => {
  const { run } = await sideOf(t, () => undefined);
  const [, hung] = await run([start, { name: 'stats', method: 'GET', path: '/stats', ticks: 3 }]);
  t.deepEqual(hung?.exchange, { response: '', ending: 'open' });
});

test('a daemon that is gone: what was asked, and the end of its log', async (t) => {
  const { run } = await sideOf(t, () => '');
  const error = await t.throwsAsync(run([{ name: 'ping', method: 'GET', path: '/_ping' }]), { instanceOf: LabError });
  t.is(
    error.message,
    `playing "ping: GET /_ping" on dockerd 1.13.1: connect ENOENT /nowhere
  expected: an answer, or none for as long as it is waited for`,
  );
});

test('an interrupted script ends with the reason', async (t) => {
  const { run } = await sideOf(t, () => '');
  await t.throwsAsync(run([start], AbortSignal.abort(new Error('interrupted by SIGINT'))), {
    message: 'interrupted by SIGINT',
  });
});

import type { RequestListener } from 'node:http';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { fakeTicks } from '../../test/support/fake-ticks.ts';
import { callStats, classify } from './stats-call.ts';
import type { StatsCall } from '../evidence/stats-call.ts';

const id = '74edb62107a8f47f4646958553443a2d10d0c712f3a9e8521e2f972decd9732b';
const container = { name: 'web', id };

// Bodies of dockerd 1.13.1, shortened, and what 20.10.24 gives once the namespace is lost.
const values = '{"read":"2026-11-22T04:34:54.296896311Z","name":"/web","networks":{"eth0":{"rx_bytes":1072}}}\n';
const noNetworks = '{"read":"2026-11-22T04:34:54.296896311Z","name":"/web"}\n';
const zeroed = '{"read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","name":"/web"}\n';
const missing = '{"message":"No such container: nope"}\n';

const answers = test.macro({
  async exec(
    t,
    status: number,
    body: string,
    ticks: number,
    expected: Pick<StatsCall, 'answer' | 'bytes' | 'excerpt'>,
  ) {
    const counter = fakeTicks();
    counter.advance(7);
    const asked: (string | undefined)[] = [];
    const connect = await fakeDaemon(t, ({ method, url }, response) => {
      asked.push(method, url);
      counter.advance(ticks);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
    const { seconds, ...call } = await callStats(connect, container, counter, 5);
    t.deepEqual(asked, ['GET', `/containers/${id}/stats?stream=0`]);
    t.deepEqual(call, { container: 'web', ticks, status, ...expected });
    t.true(seconds >= 0);
  },
  title: (_, status: number, body: string) => `answers ${status} ${body.trim().slice(0, 60)}`,
});

test(answers, 200, values, 2, { answer: 'values', bytes: values.length, excerpt: values });
test(answers, 200, noNetworks, 1, { answer: 'no-networks', bytes: noNetworks.length, excerpt: noNetworks });
test(answers, 200, zeroed, 0, { answer: 'zeroed', bytes: zeroed.length, excerpt: zeroed });
test(answers, 404, missing, 0, { answer: 'refused', bytes: missing.length, excerpt: missing });

test('the beginning of a long body is kept, and its bytes are counted', async (t) => {
  const body = `{"read":"2026-11-22T04:34:54Z","name":"${'ü'.repeat(400)}","networks":{"eth0":{}}}`;
  const connect = await fakeDaemon(t, (_request, response) => response.end(body));
  const { answer, bytes, excerpt } = await callStats(connect, container, fakeTicks(), 5);
  t.deepEqual({ answer, bytes, excerpt }, { answer: 'values', bytes: body.length + 400, excerpt: body.slice(0, 300) });
});

const hangs = test.macro(async (t, listener: RequestListener, expected: Partial<StatsCall>) => {
  const counter = fakeTicks();
  counter.advance(7);
  const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
  const connect = await fakeDaemon(t, (request, response) => {
    request.socket.on('close', () => close(undefined));
    listener(request, response);
    counter.advance(5);
  });
  const { seconds, ...call } = await callStats(connect, container, counter, 5);
  t.deepEqual(call, { container: 'web', answer: 'hangs', ticks: 5, bytes: 0, excerpt: '', ...expected });
  t.true(seconds >= 0);
  // A client that gives up closes the connection: that frees the daemon's goroutines.
  await closed;
});

test('a call without an answer hangs, and is closed after the ticks', hangs, () => {}, {});

test('a call is not given up before the ticks are over', async (t) => {
  const counter = fakeTicks();
  const connect = await fakeDaemon(t, (_request, response) => {
    counter.advance(4);
    setImmediate(() => response.end(values));
  });
  const { answer, ticks } = await callStats(connect, container, counter, 5);
  t.deepEqual({ answer, ticks }, { answer: 'values', ticks: 4 });
});

test('a daemon that hangs up is no answer', async (t) => {
  const connect = await fakeDaemon(t, (request) => request.socket.destroy());
  await t.throwsAsync(callStats(connect, container, fakeTicks(), 5), {
    message: 'asking for the stats of web: socket hang up',
  });
});

test('a body that breaks off is no answer', async (t) => {
  const connect = await fakeDaemon(t, (request, response) => {
    response.writeHead(200, { 'Content-Length': values.length });
    response.write('{"read":', () => request.socket.destroy());
  });
  await t.throwsAsync(callStats(connect, container, fakeTicks(), 5), {
    message: 'asking for the stats of web: aborted',
  });
});

test('a collector that ends is told: what hangs can no longer be known', async (t) => {
  const counter = fakeTicks();
  const connect = await fakeDaemon(t, () => counter.fail(new Error('the stream ended after 3 frames')));
  await t.throwsAsync(callStats(connect, container, counter, 5), { message: 'the stream ended after 3 frames' });
});

const named = test.macro({
  exec(t, status: number | undefined, body: string, expected: ReturnType<typeof classify>) {
    t.is(classify(status, body), expected);
  },
  title: (_, status: number | undefined, body: string) =>
    `status ${status} with ${JSON.stringify(body)} is named by the status first`,
});

test(named, 500, values, 'refused');
test(named, 204, '', 'refused');
test(named, undefined, '', 'refused');

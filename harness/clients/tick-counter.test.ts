import type { ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import { mock } from 'node:test';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { LabError } from '../core/errors.ts';
import { countTicks } from './tick-counter.ts';

const id = '74edb62107a8f47f4646958553443a2d10d0c712f3a9e8521e2f972decd9732b';
const frame = '{"read":"2026-11-22T04:34:55.296820569Z","name":"/web"}\n';

const failure = (happened: string) => ({
  instanceOf: LabError,
  message: `counting the collector's ticks on the control container 74edb62107a8: ${happened}
  expected: one frame a second on a stream of a healthy container
  what you can do: the daemon log in the run directory shows what the collector does`,
});

/** Lets the event loop turn, for what was written to be read. */
async function turn(): Promise<void> {
  for (let number = 0; number < 20; number++) await new Promise((resolve) => setImmediate(resolve));
}

const counts = test.macro(async (t, chunks: string[], frames: number) => {
  const asked: (string | undefined)[] = [];
  const connect = await fakeDaemon(t, (request, response) => {
    asked.push(request.method, request.url);
    // Each write is a chunk of HTTP, and arrives as one.
    void (async () => {
      for (const chunk of chunks) {
        response.write(chunk);
        await turn();
      }
      response.end();
    })();
  });
  using counter = await countTicks(connect, id);
  await counter.reached(frames);
  t.deepEqual(asked, ['GET', `/containers/${id}/stats?stream=1`]);
  await t.throwsAsync(counter.reached(frames + 1), failure(`the stream ended after ${frames} frames, status 200`));
  t.is(counter.ticks, frames);
});

test('a frame a chunk', counts, [frame, frame, frame], 3);
test('frames that come together are one tick: the counter was not looking', counts, [frame + frame, frame], 2);
test('a frame over several chunks', counts, [frame.slice(0, 10), frame.slice(10, 20), frame.slice(20)], 1);
test(
  'the end of a frame with the next ones',
  counts,
  [frame.slice(0, 10), frame.slice(10) + frame + '{', frame.slice(1)],
  2,
);
test('no frame at all', counts, [], 0);

test('reached waits for the ticks, and knows those that were', async (t) => {
  const { promise: answering, resolve: answer } = Promise.withResolvers<ServerResponse>();
  const connect = await fakeDaemon(t, (_request, response) => {
    response.flushHeaders();
    answer(response);
  });
  using counter = await countTicks(connect, id);
  const response = await answering;
  t.is(counter.ticks, 0);
  const order: string[] = [];
  const both = [2, 1].map((ticks) => counter.reached(ticks).then(() => order.push(`reached ${ticks}`)));
  response.write(frame, () => order.push('written 1'));
  await both[1];
  response.write(frame);
  await both[0];
  await counter.reached(1);
  t.deepEqual(
    order.filter((what) => what !== 'written 1'),
    ['reached 1', 'reached 2'],
  );
});

test('who waits already is told of the end', async (t) => {
  const { promise: answering, resolve: answer } = Promise.withResolvers<ServerResponse>();
  const connect = await fakeDaemon(t, (_request, response) => {
    response.write(frame);
    answer(response);
  });
  using counter = await countTicks(connect, id);
  const waiting = counter.reached(5);
  const waitingToo = counter.reached(9);
  (await answering).end();
  await t.throwsAsync(waiting, failure('the stream ended after 1 frames, status 200'));
  await t.throwsAsync(waitingToo, failure('the stream ended after 1 frames, status 200'));
});

test('a stream that breaks', async (t) => {
  const connect = await fakeDaemon(t, (request, response) => response.write(frame, () => request.socket.destroy()));
  using counter = await countTicks(connect, id);
  await t.throwsAsync(counter.reached(5), failure('aborted'));
});

test('a daemon that does not listen', async (t) => {
  await t.throwsAsync(
    countTicks(() => createConnection('/nowhere/docker.sock'), id),
    {
      code: 'ENOENT',
      message: 'connect ENOENT /nowhere/docker.sock',
    },
  );
});

test('disposed, it closes the connection', async (t) => {
  const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
  const connect = await fakeDaemon(t, (request, response) => {
    request.socket.on('close', () => close(undefined));
    response.write(frame);
  });
  {
    using counter = await countTicks(connect, id);
    await counter.reached(1);
  }
  await closed;
  t.pass();
});

test.serial('a collector that falls silent', async (t) => {
  const { promise: answering, resolve: answer } = Promise.withResolvers<ServerResponse>();
  const connect = await fakeDaemon(t, (_request, response) => {
    response.flushHeaders();
    answer(response);
  });
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  using counter = await countTicks(connect, id);
  const response = await answering;
  for (const frames of [1, 2]) {
    mock.timers.tick(59_999);
    response.write(frame);
    await counter.reached(frames);
  }
  const waiting = counter.reached(3);
  mock.timers.tick(60_000);
  await t.throwsAsync(waiting, failure('60 s without a frame, after 2 of them'));
});

test.serial('a daemon that takes the call and never begins the stream', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const connect = await fakeDaemon(t, () => mock.timers.tick(60_000));
  await t.throwsAsync(countTicks(connect, id), failure('60 s without a frame, after 0 of them'));
});

test.serial('the body of an error, read after the stream was given up, arms no timer', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => {
    response.writeHead(404).end('{"message":"No such container: nope"}\n');
  });
  const timers = mock.method(globalThis, 'setTimeout');
  t.teardown(() => timers.mock.restore());
  const counter = await countTicks(connect, id);
  counter[Symbol.dispose]();
  await turn();
  t.is(timers.mock.callCount(), 1, 'that of the first frame');
});

test('an error body is no tick', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => {
    response.writeHead(404).end('{"message":"No such container: nope"}\n');
  });
  using counter = await countTicks(connect, id);
  await t.throwsAsync(counter.reached(1), failure('status 404'));
});

test('who still waits when it is closed is told', async (t) => {
  const connect = await fakeDaemon(t, (_request, response) => void response.write(frame));
  const counter = await countTicks(connect, id);
  await counter.reached(1);
  const waiting = counter.reached(2);
  counter[Symbol.dispose]();
  await t.throwsAsync(waiting, {
    message: "counting the collector's ticks on the control container 74edb62107a8: it was closed after 1 of 2 ticks",
  });
});

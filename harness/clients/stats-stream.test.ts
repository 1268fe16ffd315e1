import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { fakeTicks } from '../../test/support/fake-ticks.ts';
import { streamStats } from './stats-stream.ts';
import type { StatsStream } from '../evidence/stats-streams.ts';

const container = { name: 'web', id: '74edb62107a8' };
const values = '{"read":"2026-11-22T04:34:55.296820569Z","name":"/web","networks":{"eth0":{"rx_bytes":1252}}}\n';
const zeroed = '{"read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","name":"/web"}\n';

/** A daemon in this process, whose writes are called back when the client has taken them. */
function nearDaemon(listener: RequestListener): () => Duplex {
  const server = createServer(listener);
  return () => {
    const [near, far] = duplexPair();
    server.emit('connection', far);
    return near;
  };
}

async function writeAll(response: ServerResponse, chunks: string[]): Promise<void> {
  response.flushHeaders();
  for (const chunk of chunks) await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
  // Taken off the connection, a frame still goes through the parsers of HTTP and of lines.
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

const streams = test.macro({
  async exec(t, chunks: string[], expected: Pick<StatsStream, 'answer' | 'frames' | 'zeroedFrames'>) {
    const counter = fakeTicks();
    counter.advance(7);
    const asked: (string | undefined)[] = [];
    const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
    const connect = nearDaemon((request, response) => {
      asked.push(request.method, request.url);
      request.socket.on('close', () => close(undefined));
      void writeAll(response, chunks).then(() => counter.advance(5));
    });
    const stream = await streamStats(connect, container, counter, 5);
    t.deepEqual(stream, { container: 'web', ticks: 5, ...expected });
    t.deepEqual(asked, ['GET', '/containers/74edb62107a8/stats?stream=1']);
    await closed;
  },
  title: (
    _,
    chunks: string[],
    { answer, frames, zeroedFrames }: Pick<StatsStream, 'answer' | 'frames' | 'zeroedFrames'>,
  ) => `${answer}: ${zeroedFrames} of ${frames} frames zeroed, in ${chunks.length} chunks`,
});

test(streams, [values, values, values], { answer: 'values', frames: 3, zeroedFrames: 0 });
test(streams, [zeroed, zeroed], { answer: 'zeroed', frames: 2, zeroedFrames: 2 });
test(streams, [values, zeroed, zeroed], { answer: 'mixed', frames: 3, zeroedFrames: 2 });
test(streams, [], { answer: 'silent', frames: 0, zeroedFrames: 0 });
test(streams, [values + zeroed, values.slice(0, 20), values.slice(20)], {
  answer: 'mixed',
  frames: 3,
  zeroedFrames: 1,
});

test('a daemon that never begins the stream is silent', async (t) => {
  const counter = fakeTicks();
  const connect = await fakeDaemon(t, () => counter.advance(5));
  t.deepEqual(await streamStats(connect, container, counter, 5), {
    container: 'web',
    answer: 'silent',
    ticks: 5,
    frames: 0,
    zeroedFrames: 0,
  });
});

test('a stream that the daemon ends in order is what it was', async (t) => {
  const counter = fakeTicks();
  const connect = nearDaemon((_request, response) => {
    void writeAll(response, [values])
      .then(() => response.end())
      .then(() => nextTurn())
      .then(() => counter.advance(5));
  });
  const { answer, frames } = await streamStats(connect, container, counter, 5);
  t.deepEqual({ answer, frames }, { answer: 'values', frames: 1 });
});

test('a stream that breaks is told at once', async (t) => {
  const connect = await fakeDaemon(t, (request, response) => response.write(values, () => request.socket.destroy()));
  await t.throwsAsync(streamStats(connect, container, fakeTicks(), 5), {
    message: 'streaming the stats of web: aborted',
  });
});

test('a daemon that hangs up is told at once', async (t) => {
  const connect = await fakeDaemon(t, (request) => request.socket.destroy());
  await t.throwsAsync(streamStats(connect, container, fakeTicks(), 5), {
    message: 'streaming the stats of web: socket hang up',
  });
});

test('a collector that ends is told', async (t) => {
  const counter = fakeTicks();
  const connect = await fakeDaemon(t, () => counter.fail(new Error('the stream ended after 3 frames')));
  await t.throwsAsync(streamStats(connect, container, counter, 5), { message: 'the stream ended after 3 frames' });
});

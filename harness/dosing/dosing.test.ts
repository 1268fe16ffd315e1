import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { LabError } from '../core/errors.ts';
import type { Probe, Target } from '../probes/probe.ts';
import { openRecorder } from './recorder.ts';
import { waitFor } from './wait-for.ts';

const daemon = {
  pid: 56,
  command: 'dockerd',
  socket: '/run/lab/docker.sock',
  engine: Object.create(null),
  connect: () => {
    throw new Error('it is not asked');
  },
  stop: () => Promise.reject(new Error('it is not stopped')),
};
const target: Target = { machine: fakeMachine(), daemon };

function probe(name: string, ...readings: Record<string, number>[]): Probe {
  const metrics = Object.keys(readings[0] ?? {}).map((metric) => ({ metric, unit: 'things', granularity: 1 }));
  return { name, metrics, read: () => Promise.resolve(readings.shift() ?? {}) };
}

test('a series a metric, a point a reading', async (t) => {
  const recorder = openRecorder([probe('a', { fds: 30 }, { fds: 530 }), probe('b', { rss: 1 }, {})], target, 'call');
  t.deepEqual(await recorder.read(0), { fds: 30, rss: 1 });
  await recorder.read(500);
  t.deepEqual(
    recorder.costs().map(({ probe: name, milliseconds }) => [name, milliseconds.length]),
    [
      ['a', 2],
      ['b', 2],
    ],
  );
  const series = { unit: 'things', per: 'call', granularity: 1 };
  t.deepEqual(recorder.series(), [
    {
      ...series,
      metric: 'fds',
      points: [
        { dose: 0, value: 30 },
        { dose: 500, value: 530 },
      ],
    },
    // What was not read is no zero.
    {
      ...series,
      metric: 'rss',
      points: [
        { dose: 0, value: 1 },
        { dose: 500, missing: 'the probe gave no such value' },
      ],
    },
  ]);
});

test('a metric that the subject does not have is no missing reading, and one that it had once is', async (t) => {
  const half: Probe = {
    ...probe('kernel', { slab: 1, percpu: 2 }, { slab: 1 }),
    metrics: [
      { metric: 'slab', unit: 'bytes', granularity: 1 },
      { metric: 'percpu', unit: 'bytes', granularity: 1, optional: true },
      { metric: 'ids', unit: 'ids', granularity: 1, optional: true },
    ],
  };
  const recorder = openRecorder([half], target, 'cgroup');
  await recorder.read(0);
  await recorder.read(1);
  t.deepEqual(
    recorder.series().map(({ metric, points }) => [metric, points.map((point) => 'missing' in point)]),
    [
      ['slab', [false, false]],
      ['percpu', [false, true]],
    ],
  );
});

test('a probe that cannot read ends the reading', async (t) => {
  const broken: Probe = { ...probe('broken'), read: () => Promise.reject(new Error('the daemon is gone')) };
  await t.throwsAsync(openRecorder([broken], target, 'call').read(0), { message: 'the daemon is gone' });
});

test('a condition is looked at until it is met', async (t) => {
  const seen = [1, 2, 3];
  const seconds = await waitFor(
    'waiting',
    'three',
    () => Promise.resolve(seen.shift()),
    (one) => one === 3,
    60,
  );
  t.true(seconds >= 0);
  t.deepEqual(seen, []);
});

test('a condition that is never met is told with the last look', async (t) => {
  await t.throwsAsync(
    waitFor(
      'waiting for godot',
      'him',
      () => Promise.resolve({ here: false }),
      ({ here }) => here,
      0,
    ),
    {
      instanceOf: LabError,
      message: 'waiting for godot: {"here":false}\n  expected: him within 0 s',
    },
  );
});

import test from 'ava';
import type { Series } from '../evidence/series.ts';
import { observerLine } from './observer-line.ts';

const series = (metric: string, unit: string, values: number[]): Series => ({
  metric,
  unit,
  per: 'call',
  granularity: 1,
  points: values.map((value, index) => ({ dose: index * 500, value })),
});

test('what looking costs, and what it moves', (t) => {
  const costs = [
    { probe: 'file descriptors', milliseconds: [90, 6, 5, 6, 7] },
    { probe: 'Go runtime', milliseconds: [30, 22, 23, 24, 22] },
  ];
  const idle = [
    series('rss', 'bytes', [1, 2, 3, 4, 5]),
    series('fds', 'fds', [30, 30, 31, 30, 30]),
    series('heap-alloc', 'bytes', [9000, 9312, 9624, 20_000, 10_248]),
  ];
  t.is(
    observerLine(costs, { cpu: 0.11, seconds: 0.2 }, idle),
    "observer: one reading costs 29 ms (file descriptors 6, Go runtime 23), 22 ms of the daemon's CPU, and moved fds by 0.0, heap-alloc by 312 bytes (idle, 5 readings)",
  );
});

test('a reading that is missing moves nothing', (t) => {
  const idle = { ...series('fds', 'fds', []), points: [{ dose: 0, missing: 'gone' }] };
  t.throws(() => observerLine([], { cpu: 0, seconds: 1 }, [idle]), {
    message: /^the observer's effect on fds: 1 of 1 readings are missing/,
  });
});

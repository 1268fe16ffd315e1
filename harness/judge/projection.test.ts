import test from 'ava';
import { callsPerDay, project, projectionRecord } from './projection.ts';

const interval = { low: 32_000, high: 34_000, lowConfidence: 0.999, highConfidence: 0.99 };
const heap = { metric: 'HeapAlloc', unit: 'bytes', per: 'call', verdict: 'leak', slope: 33_091, interval } as const;

test('20 containers every 10 s are 172,800 calls a day', (t) => {
  t.is(callsPerDay(20, 10), 172_800);
});

test('a day of production', (t) => {
  const projection = project(heap, 172_800);
  t.deepEqual(projection, {
    schema: 1,
    metric: 'HeapAlloc',
    unit: 'bytes',
    per: 'call',
    doses: 172_800,
    expected: 5_718_124_800,
    low: 5_529_600_000,
    high: 5_875_200_000,
    text: 'projected, not measured: 172,800 times one call add 5,718,100,000 bytes, at least 5,529,600,000 bytes (99.9 % sure) and at most 5,875,200,000 bytes (99 % sure)',
  });
  t.deepEqual(projectionRecord.parse(projection), projection);
});

for (const [verdict, shows] of [
  ['no-leak', 'no leak'],
  ['inconclusive', 'nothing certain'],
] as const) {
  test(`of ${verdict} only the high end is projected`, (t) => {
    t.is(
      project({ ...heap, verdict }, 10).text,
      `projected, not measured: 10 times one call add at most 340,000 bytes (99 % sure); the run shows ${shows}`,
    );
  });
}

import test from 'ava';
import { courseOf, readingsOf } from './sample.ts';
import { seriesRecord } from '../evidence/series.ts';
import { fds, seriesOf } from './testing/series.ts';

test('a series as it is stored', (t) => {
  const series = seriesOf(fds, [0, 10], [24, 34]);
  const missing = { dose: 20, missing: 'EACCES' };
  t.deepEqual(seriesRecord.parse({ ...series, points: [...series.points, missing] }).points.at(-1), missing);
});

for (const [what, point] of [
  ['neither value nor reason', { dose: 0 }],
  ['both value and reason', { dose: 0, value: 0, missing: 'EACCES' }],
  ['no reason', { dose: 0, missing: '' }],
  ['no number', { dose: 0, value: null }],
  ['a value that is not finite', { dose: 0, value: Number.POSITIVE_INFINITY }],
  ['a negative dose', { dose: -1, value: 0 }],
] as const) {
  test(`no point: ${what}`, (t) => {
    t.false(seriesRecord.safeParse({ ...seriesOf(fds, [], []), points: [point] }).success);
  });
}

test('readings come by dose, then by value', (t) => {
  const readings = readingsOf(seriesOf(fds, [20, 0, 10, 10], [4, 1, 3, 2]), 'judging');
  t.deepEqual(readings, [
    { dose: 0, value: 1 },
    { dose: 10, value: 2 },
    { dose: 10, value: 3 },
    { dose: 20, value: 4 },
  ]);
  t.deepEqual(courseOf(readings), [
    { dose: 0, value: 1 },
    { dose: 10, value: 2.5 },
    { dose: 20, value: 4 },
  ]);
});

import test from 'ava';
import { leastSquares } from './least-squares.ts';
import { moreDoses } from './more-doses.ts';
import { fds, seriesOf } from './testing/series.ts';
import { count, nine, oneOrZero, says } from './testing/shapes.ts';
import { judge } from './verdict.ts';

test(
  'noise that the idle cell does not have',
  says,
  nine,
  [31, 54, 10, 66, 29, 83, 38, 10, 75],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'inconclusive',
    moreDoses: { readings: 24, upTo: 16000 },
    reasons: [
      'it may grow by anything from -0.030984 fds per call (99.9 % sure) to 0.025755 fds per call (99 % sure): the threshold is 0.0015503 fds per call',
      '24 more readings up to dose 16,000 should settle it',
    ],
  },
);

test(
  'a saw-tooth in few readings',
  says,
  count(9, (index) => index * 100),
  count(9, (index) => 30 + 100 * (index % 3)),
  oneOrZero(9),
  {
    verdict: 'inconclusive',
    moreDoses: { readings: 14, upTo: 2200 },
    reasons: [
      'it may grow by anything from -0.4426 fds per call (99.9 % sure) to 0.43994 fds per call (99 % sure): the threshold is 0.0061726 fds per call',
      '14 more readings up to dose 2,200 should settle it',
    ],
  },
);

test('no continuation of the plan settles a run that is far noisier than the idle cell', (t) => {
  const verdict = judge(
    seriesOf(fds, nine, [0, 9e7, 0, 5e7, 0, 5e7, 0, 9e7, 0]),
    seriesOf(
      fds,
      nine,
      count(9, () => 31),
    ),
  );
  t.deepEqual(verdict.reasons.slice(1, -1), [
    'more doses of this kind will not settle it: the run is noisier than the idle cell, so quieten it or read the idle cell under the same load',
  ]);
  t.false('moreDoses' in verdict);
});

/** The plan for a run of nine readings from some dose on, whose line is flat and has this noise. */
function planFor(first: number, noise: number, granularity: number) {
  const readings = count(9, (index) => 30 + (index % 2)).map((value, index) => ({ dose: first + 500 * index, value }));
  const line = { ...leastSquares(readings, 1), slope: 0, noise };
  return moreDoses(readings, line, { value: 0, granularity, noise: 0.002, drift: 0.001 });
}

test('64 readings are the most that a plan has', (t) => {
  t.deepEqual(planFor(0, 45, 0.001), { readings: 64, upTo: 36_000 });
  t.is(planFor(0, 46, 0.001), undefined);
});

test('a run that does not begin at 0 needs as many more as one that does', (t) => {
  t.deepEqual(planFor(0, 16, 0.003), { readings: 14, upTo: 11_000 });
  t.deepEqual(planFor(1000, 16, 0.003), { readings: 14, upTo: 12_000 });
});

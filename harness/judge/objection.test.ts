import test from 'ava';
import { seeded } from './testing/random.ts';
import { fds, seriesOf } from './testing/series.ts';
import { count, nine, oneOrZero, says } from './testing/shapes.ts';
import { judge } from './verdict.ts';

test(
  'a single step',
  says,
  count(24, (index) => index * 100),
  count(24, (index) => (index < 12 ? 30 : 130) + (index % 2)),
  oneOrZero(24),
  {
    verdict: 'inconclusive',
    withdrawn: ['single-step'],
    reasons: [
      'it grows by at least 0.035806 fds per call (99.9 % sure), more than the threshold of 0.0012483 fds per call',
      'withdrawn: a single step of 100 fds between doses 1,100 and 1,200 describes it as well as growth with every dose',
    ],
  },
);

test('a single step under noise', (t) => {
  const bumps = [-12, 5, 11, -3, 8, -9];
  const values = count(24, (index) => (index < 12 ? 30 : 130) + (bumps[index % 6] ?? 0));
  const doses = count(24, (index) => index * 100);
  const verdict = judge(seriesOf(fds, doses, values), seriesOf(fds, doses, oneOrZero(24)));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['inconclusive', ['single-step']]);
});

test(
  'a saw-tooth',
  says,
  count(30, (index) => index * 100),
  count(30, (index) => 30 + 10 * (index % 10) + 20 * Math.floor(index / 10)),
  oneOrZero(30),
  {
    verdict: 'inconclusive',
    withdrawn: ['saw-tooth'],
    reasons: [
      'it grows by at least 0.01268 fds per call (99.9 % sure), more than the threshold of 0.0009035 fds per call',
      'withdrawn: it fell by 70 fds between doses 900 and 1,000, more than half of what it grew in all: something takes it back from time to time',
    ],
  },
);

test('nor does a saw-tooth have to begin at dose 0', (t) => {
  const doses = count(30, (index) => 10_000 + index * 100);
  const values = count(30, (index) => 30 + 10 * (index % 10) + 20 * Math.floor(index / 10));
  const verdict = judge(seriesOf(fds, doses, values), seriesOf(fds, doses, oneOrZero(30)));
  t.deepEqual(verdict.withdrawn, ['saw-tooth']);
});

test('falls that the idle cell has, too, are no saw-tooth', (t) => {
  const random = seeded(1);
  const doses = count(60, (index) => index * 10);
  const noise = () => Math.round(300 + 20 * random.normal());
  const without = seriesOf(fds, doses, count(60, noise));
  const verdict = judge(
    seriesOf(
      fds,
      doses,
      count(60, (index) => noise() + index * 2),
    ),
    without,
  );
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
});

test(
  'growth that a wandering value may have, too',
  says,
  nine,
  [31, 60, 100, 110, 150, 200, 190, 240, 260],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.04276 fds per call (99.9 % sure), more than the threshold of 0.0015503 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.013795 fds per call',
    ],
  },
);

test(
  'growth that is not even',
  says,
  nine,
  count(9, (index) => 31 + index ** 2 * 20),
  count(9, () => 31),
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.15608 fds per call (99.9 % sure), more than the threshold of 0.00075441 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.011535 fds per call',
    ],
  },
);

test('wandering is measured against the threshold, drift included', (t) => {
  const bumps = [35, -30, 28, -41, 33, -36, 30, -25, 40];
  const values = count(9, (index) => 31 + 150 * index + (bumps[index] ?? 0));
  const drifting = seriesOf(
    fds,
    nine,
    count(9, (index) => 31 + 100 * index),
  );
  const verdict = judge(seriesOf(fds, nine, values), drifting);
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['inconclusive', ['wandering']]);
  t.is(
    verdict.reasons[1],
    'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to 0.064771 fds per call',
  );
});

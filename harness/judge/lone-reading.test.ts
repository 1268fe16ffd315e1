import test from 'ava';
import { fds, seriesOf } from './testing/series.ts';
import { count, doubling, jitter, nine, says } from './testing/shapes.ts';
import { judge } from './verdict.ts';

test('one outlier at the highest dose', says, doubling, [30, 31, 30, 30, 31, 30, 31, 30, 30, 31, 31, 930], jitter, {
  verdict: 'inconclusive',
  withdrawn: ['outlier', 'single-step'],
  reasons: [
    'it grows by at least 0.19032 fds per call (99.9 % sure), more than the threshold of 0.0040385 fds per call',
    'withdrawn: one reading decides: without 930 fds at dose 1,024 the growth is not above the threshold',
    'withdrawn: a few readings make the growth: the robust slope is 0 fds per call, and may be as low as 0 fds per call',
    'withdrawn: a single step of 899.55 fds between doses 512 and 1,024 describes it as well as growth with every dose',
    'the growth is not even: least squares give 0.73221 fds per call, the robust slope is 0 fds per call',
  ],
});

test(
  'a few outliers at the highest doses',
  says,
  doubling,
  [30, 31, 30, 30, 31, 30, 30, 31, 30, 31, 330, 600],
  jitter,
  {
    verdict: 'inconclusive',
    withdrawn: ['outlier'],
    reasons: [
      'it grows by at least 0.37547 fds per call (99.9 % sure), more than the threshold of 0.0040385 fds per call',
      'withdrawn: a few readings make the growth: the robust slope is 0.0040675 fds per call, and may be as low as 0 fds per call',
      'the growth is not even: least squares give 0.56107 fds per call, the robust slope is 0.0040675 fds per call',
    ],
  },
);

test(
  'one outlier that hides nothing',
  says,
  nine,
  count(9, (index) => (index === 4 ? 900 : 0) + 31 + index * 500),
  count(9, () => 31),
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.60374 fds per call (99.9 % sure), more than the threshold of 0.00075441 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.6278 fds per call',
    ],
  },
);

test('growth that speeds up a little is a leak, and said not to be even', (t) => {
  const values = doubling.map((dose) => Math.round(30 + 10 * dose + dose ** 2 / 300));
  const verdict = judge(seriesOf(fds, doubling, values), seriesOf(fds, doubling, jitter));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
  t.is(
    verdict.reasons[1],
    'the growth is not even: least squares give 13.142 fds per call, the robust slope is 10.47 fds per call',
  );
});

test('so is a leak with one low reading', (t) => {
  const values = doubling.map((dose) => (dose === 1024 ? 800 : 30 + dose));
  const verdict = judge(seriesOf(fds, doubling, values), seriesOf(fds, doubling, jitter));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
  t.is(
    verdict.reasons[1],
    'the growth is not even: least squares give 0.79334 fds per call, the robust slope is 1 fds per call',
  );
});

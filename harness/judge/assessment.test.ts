import test from 'ava';
import { count, nine, says } from './testing/shapes.ts';

test('clean, with noise', says, nine, [31, 34, 30, 36, 29, 33, 38, 30, 35], [31, 30, 33, 29, 34, 31, 28, 33, 30], {
  verdict: 'no-leak',
  reasons: [
    'it grows by at most 0.0030505 fds per call (99 % sure), less than the threshold of 0.0039772 fds per call; a leak of 0.068513 fds per call or more would have been found 99 times in 100',
  ],
});

test(
  'no noise at all',
  says,
  nine,
  count(9, () => 31),
  count(9, () => 31),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.00022345 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.0019211 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'values that shrink',
  says,
  nine,
  count(9, (index) => 4031 - index * 500),
  count(9, () => 31),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most -0.99978 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.0019211 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'a leak under noise',
  says,
  nine,
  [31, 190, 310, 480, 610, 790, 900, 1060, 1230],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'leak',
    reasons: [
      'it grows by at least 0.2779 fds per call (99.9 % sure), more than the threshold of 0.0015503 fds per call',
    ],
  },
);

test(
  'drift that the idle cell shows, too',
  says,
  nine,
  count(9, (index) => 31 + index * 100),
  count(9, (index) => 28 + index * 100),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.20022 fds per call (99 % sure), less than the threshold of 0.20075 fds per call; a leak of 0.20192 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'drift, and a little more',
  says,
  nine,
  [31, 132, 231, 332, 432, 531, 633, 732, 834],
  count(9, (index) => 31 + index * 100),
  {
    verdict: 'inconclusive',
    withdrawn: ['drift'],
    moreDoses: { readings: 11, upTo: 9500 },
    reasons: [
      'it may grow by anything from 0.19954 fds per call (99.9 % sure) to 0.2011 fds per call (99 % sure): the threshold is 0.20075 fds per call',
      'withdrawn: it would be called a leak if the idle cell did not grow by 0.2 fds per call, too',
      '11 more readings up to dose 9,500 should settle it',
    ],
  },
);

test(
  'an idle cell that shrinks',
  says,
  nine,
  count(9, (index) => 31 + (index % 2)),
  count(9, (index) => 831 - index * 100),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.00043614 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.012586 fds per call or more would have been found 99 times in 100',
    ],
  },
);

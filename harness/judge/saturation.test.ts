import test from 'ava';
import { fds, seriesOf } from './testing/series.ts';
import { nine, oneOrZero, says } from './testing/shapes.ts';
import { judge } from './verdict.ts';

test('a leak that reaches a limit', says, nine, [31, 530, 1031, 1531, 2031, 2300, 2301, 2299, 2300], oneOrZero(9), {
  verdict: 'leak',
  saturation: { dose: 2268.9462107578483, level: 2300 },
  reasons: [
    'it grows by at least 0.99708 fds per call (99.9 % sure), more than the threshold of 0.0023419 fds per call',
    'the growth ends at dose 2,268.9, at 2,300 fds',
  ],
});

test('a limit that is reached too soon', says, nine, [31, 300, 900, 1200, 1201, 1200, 1199, 1200, 1200], oneOrZero(9), {
  verdict: 'inconclusive',
  withdrawn: ['saturation'],
  saturation: { dose: 1408.7073264288456, level: 1200 },
  reasons: [
    'it may grow by anything from -0.090847 fds per call (99.9 % sure) to 0.48924 fds per call (99 % sure): the threshold is 0.0012345 fds per call',
    'withdrawn: the readings before the standstill do not show a leak by themselves: add doses below 1,408.7',
    'the growth ends at dose 1,408.7, at 1,200 fds',
  ],
});

test('a run that is acquitted as a whole is not searched for a part that grows', (t) => {
  const doses = [0, 1, 2, 3, 1000, 2000, 3000];
  const drifting = doses.map((dose) => 2 * dose);
  const verdict = judge(seriesOf(fds, doses, [0, 1000, 2000, 3000, 3000, 3000, 3000]), seriesOf(fds, doses, drifting));
  t.is(verdict.verdict, 'no-leak');
  t.false('saturation' in verdict);
});

import test from 'ava';
import { slope } from '../../history/testing/stored.ts';
import { shortNumber, shortRevision, shortTime, slopeWords } from './numbers.ts';

const isShort = test.macro({
  exec(t, number: number, text: string) {
    t.is(shortNumber(number), text);
  },
  title: (_, number: number) => `${number}`,
});

test(isShort, 0, '0');
test(isShort, 1.0004, '1');
test(isShort, -1.234, '-1.23');
test(isShort, 0.0123, '0.0123');
test(isShort, 0.0000514, '0.0000514');
test(isShort, 1e-9, '≈ 0');
test(isShort, -1e-9, '≈ 0');
test(isShort, 999.9, '1000');
test(isShort, 33_091, '33.1K');
test(isShort, 1_600_000, '1.6M');

test('a slope with its interval and what it is of', (t) => {
  t.is(slopeWords(slope(1)), '1 (0.5 to 1.5) fds per call');
  t.is(slopeWords({ ...slope(1), low: 0.99971, high: 1.00031 }), '1 (0.99971 to 1.0003) fds per call');
  t.is(slopeWords(slope(1, 'fds-socket')), '1 (0.5 to 1.5) fds of fds-socket per call');
});

test('times and revisions in few letters', (t) => {
  t.is(shortTime(0.8504), '850 ms');
  t.is(shortTime(92.4), '1 min 32 s');
  t.is(shortRevision('0123456789abcdef+'), '01234567+');
  t.is(shortRevision('unknown'), 'unknown');
});

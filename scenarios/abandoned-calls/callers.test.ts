import test from 'ava';
import type { Report } from '../../harness/evidence/client-report.ts';
import { sumOf } from './callers.ts';

const report: Report = {
  sent: 20,
  open: 0,
  answered: 19,
  givenUp: 19,
  ended: 2,
  bytes: 100,
  failures: { EAGAIN: 1 },
  unread: 3,
  seconds: 1,
  rss: 5,
};

test('the calls of processes that were killed one after the other are one count', (t) => {
  t.deepEqual(sumOf([report, { ...report, open: 4, failures: { EAGAIN: 2, 409: 1 }, seconds: 2 }]), {
    sent: 40,
    open: 4,
    answered: 38,
    givenUp: 38,
    ended: 4,
    bytes: 200,
    failures: { EAGAIN: 3, 409: 1 },
    unread: 6,
    seconds: 2,
    rss: 5,
  });
  t.throws(() => sumOf([]), { instanceOf: RangeError });
});

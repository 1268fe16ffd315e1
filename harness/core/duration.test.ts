import test from 'ava';
import { durationSeconds } from './duration.ts';

test('durations', (t) => {
  t.is(durationSeconds('90'), 90);
  t.is(durationSeconds('90s'), 90);
  t.is(durationSeconds('10m'), 600);
  t.is(durationSeconds('1h'), 3600);
  for (const none of ['', 's', '-1', '1.5s', '1d', '10 m', '99999', '0x10', '1s1'])
    t.is(durationSeconds(none), undefined, none);
});

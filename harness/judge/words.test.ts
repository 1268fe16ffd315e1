import test from 'ava';
import { percent, wordsOf } from './words.ts';

const { number, amount, slope } = wordsOf({ unit: 'bytes', per: 'call' });

test('numbers with five digits that count', (t) => {
  t.deepEqual(
    [0, -0, 1, 33091.04, 0.000250004, -1234567.8, 0.999999].map((value) => number(value)),
    ['0', '0', '1', '33,091', '0.00025', '-1,234,600', '1'],
  );
});

test('amounts, slopes and shares', (t) => {
  t.is(amount(4096), '4,096 bytes');
  t.is(slope(32203.4), '32,203 bytes per call');
  t.is(percent(0.999), '99.9 %');
});

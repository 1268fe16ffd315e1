import test from 'ava';
import { adviceOn } from './reasons.ts';
import { wordsOf } from './words.ts';

const words = wordsOf({ unit: 'fds', per: 'call' });

const advises = test.macro((t, readings: number, expected: string) => {
  t.is(adviceOn({ readings, upTo: 4500 }, words), expected);
});

test('one reading more', advises, 1, '1 more reading up to dose 4,500 should settle it');
test('two', advises, 2, '2 more readings up to dose 4,500 should settle it');

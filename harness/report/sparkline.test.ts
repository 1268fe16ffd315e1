import test from 'ava';
import { sparkline } from './sparkline.ts';

test('bars from the least to the greatest', (t) => {
  t.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), '▁▂▃▄▅▆▇█');
  t.is(sparkline([5, 5, 5]), '▁▁▁');
  t.is(sparkline([]), '');
});

test('many values are 24 bars, and the last value is one of them', (t) => {
  const bars = sparkline(Array.from({ length: 1000 }, (_, index) => (index === 999 ? 2000 : index)));
  t.is(bars.length, 24);
  t.is(bars.at(-1), '█');
  t.is(bars.at(-2), '▄');
});

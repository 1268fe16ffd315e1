import test from 'ava';
import { theilSen } from './theil-sen.ts';

const at = (doses: number[], values: number[]) => doses.map((dose, index) => ({ dose, value: values[index] ?? 0 }));

test('the median of the slopes of all pairs, and ends by rank', (t) => {
  // scipy 1.17.1, theilslopes([0, 2, 1, 5, 4, 9], [0, 1, 2, 4, 8, 16]): slope 0.5. Ends: of 720 orders 1, 5, 14 and 29 have
  // 0, 1, 2 and 3 pairs out of order, so one slope may go at 0.99 (6/720) and three at 0.93 (49/720).
  const slope = theilSen(at([0, 1, 2, 4, 8, 16], [0, 2, 1, 5, 4, 9]), 0.99, 0.93);
  t.deepEqual(slope, {
    slope: 0.5,
    low: -0.25,
    high: 1,
    lowConfidence: 1 - 6 / 720,
    highConfidence: 1 - 49 / 720,
  });
});

test('five readings do not reach 0.999, and say what they reach', (t) => {
  const slope = theilSen(at([0, 1, 2, 3, 4], [0, 1, 2, 3, 8]), 0.999, 0.99);
  t.deepEqual(slope, { slope: 1, low: 1, high: 5, lowConfidence: 1 - 1 / 120, highConfidence: 1 - 1 / 120 });
});

test('an outlier moves the slope little', (t) => {
  t.is(theilSen(at([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 900, 4, 5, 6]), 0.9, 0.9).slope, 1);
});

test('readings at the same dose make no pair, and tell less', (t) => {
  const slope = theilSen(at([0, 0, 1, 1], [0, 1, 2, 4]), 0.9, 0.8);
  const { lowConfidence, highConfidence, ...ends } = slope;
  t.deepEqual(ends, { slope: 2.5, low: 1, high: 4 });
  // Of the six ways in which two and two can lie, one has none out of order.
  t.is(lowConfidence.toFixed(12), (5 / 6).toFixed(12));
  t.is(highConfidence, lowConfidence);
});

import test from 'ava';
import { deepestFall } from './fall.ts';
import { decidingReading } from './lone-reading.ts';
import { moreDoses } from './more-doses.ts';
import { leastSquares } from './least-squares.ts';
import { saturationOf } from './saturation.ts';
import { bestStep } from './single-step.ts';
import { differencesOf, hasOwnNoise, leastSteady } from './wander.ts';

const at = (doses: number[], values: number[]) => doses.map((dose, index) => ({ dose, value: values[index] ?? 0 }));
const even = (values: number[]) => values.map((value, dose) => ({ dose, value }));

test('the deepest fall is from a peak to any later value', (t) => {
  t.deepEqual(deepestFall(even([0, 9, 5, 7, 1, 12, 6])), { from: 1, to: 4, amount: 8 });
  t.deepEqual(deepestFall(even([5, 5, 4])), { from: 1, to: 2, amount: 1 });
  t.is(deepestFall(even([0, 1, 1, 2])), undefined);
});

test('readings at one dose do not fall against each other', (t) => {
  t.is(deepestFall(at([0, 0, 1, 1], [0, 8, 2, 8])), undefined);
});

test('the best step is between two doses, never within one', (t) => {
  t.deepEqual(bestStep(at([0, 0, 10, 10, 20], [1, 3, 22, 24, 23])), { after: 0, before: 10, height: 21, residual: 4 });
  t.is(bestStep(at([5, 5], [0, 100])), undefined);
});

test('a reading without which nothing grows decides', (t) => {
  t.deepEqual(decidingReading(even([0, 0, 0, 0, 90]), 1), { dose: 4, value: 90 });
  t.deepEqual(decidingReading(even([-90, 0, 0, 0, 0]), 1), { dose: 0, value: -90 });
  t.is(decidingReading(even([0, 10, 20, 30]), 1), undefined);
  t.deepEqual(
    decidingReading(even([0, 10, 20, 30]), 10),
    { dose: 0, value: 0 },
    'as much as the threshold is not above it',
  );
});

test('a reading without which one dose is left decides', (t) => {
  t.deepEqual(decidingReading(at([0, 0, 5], [0, 0, 50]), 1), { dose: 5, value: 50 });
});

const standsStill = test.macro((t, values: number[], dose: number, level: number, growing: number) => {
  const saturation = saturationOf(even(values), 1, 0.5);
  t.is(saturation?.dose.toFixed(9), dose.toFixed(9));
  t.is(saturation?.level, level);
  t.deepEqual(saturation?.growing, even(values).slice(0, growing));
});

test('growth that stands still from a dose on', standsStill, [1, 11, 21, 31, 31, 31, 31], 3, 31, 3);
test('growth that stands still between two doses', standsStill, [0, 100, 200, 300, 400, 450, 450, 450], 4.5, 450, 5);
test(
  'a level that noise puts above the line',
  standsStill,
  [0, 1000, 2000, 3001, 3001, 3001, 3001, 3001],
  3.001,
  3001,
  3,
);

test('the smallest one that is recognised', standsStill, [0, 1000, 2000, 2000, 2000], 2, 2000, 3);
test(
  'a level that is a little below the last growing value is noise',
  standsStill,
  [0, 1000, 2000, 1999, 2000, 1999, 2000, 1999],
  1.9994,
  1999.4,
  3,
);

for (const [what, values, threshold] of [
  ['steady growth', [0, 10, 20, 30, 40, 50, 60], 1],
  ['growth that only slows down', [0, 10, 20, 30, 35, 40, 45], 1],
  ['growth below the threshold', [0, 10, 20, 30, 30, 30, 30], 10.5],
  ['a fall that ends', [30, 20, 10, 0, 0, 0, 0], 1],
  ['a single standing value', [0, 10, 20, 30, 40, 40], 1],
  ['two growing doses', [0, 10, 10, 10, 10, 10], 1],
  ['noise', [3, 5, 4, 5, 3, 5, 4, 4], 0.01],
  ['a bend that noise could make', [-24, 124, 176, 324, 376, 424, 376, 424, 376], 1],
  ['four readings', [0, 1000, 2000, 2000], 1],
  ['growth, then a fall to a level', [0, 100, 200, 300, 400, 50, 50, 50, 50], 1],
  ['growth, then a jump to a level', [0, 100, 200, 300, 400, 900, 900, 900, 900], 1],
  ['growth, then slower growth', [0, 100, 200, 300, 310, 320, 330, 340], 1],
] as const) {
  test(`no saturation: ${what}`, (t) => {
    t.is(saturationOf(even([...values]), 1, threshold), undefined);
  });
}

const threshold = { value: 1, granularity: 0, noise: 1, drift: 0 };

test('as many more doses as bring the interval to one side of the threshold', (t) => {
  const readings = at([0, 10, 20, 40], [0, 30, 30, 60]);
  const line = leastSquares(readings, 1);
  const above = { ...line, slope: 2, noise: 10, lever: 875 };
  // Doses 60 and 80 make the lever 4750: 2 − 7.173 × 10/√4750 = 0.96 is above √(875/4750) = 0.43; 60 alone does not do.
  t.deepEqual(moreDoses(readings, above, threshold), { readings: 2, upTo: 80 });
  // 3.747 × 10/√4750 = 0.54 is below 0.43 + 0.3; with 60 alone 0.94 is not below 0.61 + 0.3.
  t.deepEqual(moreDoses(readings, { ...above, slope: 0 }, { ...threshold, drift: 0.3 }), { readings: 2, upTo: 80 });
  // One allocation of 0.8 over 40 doses becomes 0.53 over 60: 0.94 is below 0.61 + 0.53, and would not be below 0.61.
  t.deepEqual(moreDoses(readings, { ...above, slope: 0 }, { ...threshold, granularity: 0.8 }), {
    readings: 1,
    upTo: 60,
  });
  t.is(moreDoses(readings, { ...above, slope: 0, noise: 40 }, { ...threshold, noise: 0.1 }), undefined);
});

test('differences from dose to dose, with the noise that they have', (t) => {
  // Steps of 10, 30 and 20 in doses of 1, 1 and 2, i.e. Σ dose² = 6 and Σ dose × value = 80; residuals −10/3, 50/3, −20/3.
  const { slope, noise, ...rest } = differencesOf(at([0, 1, 1, 2, 4], [5, 10, 20, 45, 65]), 1);
  t.deepEqual(rest, { degrees: 2, lever: 6 });
  t.is(slope.toFixed(9), (80 / 6).toFixed(9));
  t.is(noise.toFixed(9), Math.sqrt(3000 / 9 / 2).toFixed(9));
  // scipy: t.ppf(.999, 2)
  t.is(
    leastSteady({ slope, noise, ...rest }).toFixed(6),
    (slope - (22.327124770119866 * noise) / Math.sqrt(6)).toFixed(6),
  );
});

test('differences without residuals have the rounding of two readings', (t) => {
  t.is(differencesOf(even([0, 5, 10, 15]), 1).noise.toFixed(9), Math.sqrt(2 / 12).toFixed(9));
});

test('a run has noise of its own when it is more than chance that it is noisier', (t) => {
  const line = { ...leastSquares(even([0, 10, 20, 30, 40]), 1), degrees: 3 };
  const idle = { noise: 1, degrees: 7, drift: 0, lever: 1 };
  // scipy: √f.ppf(.99, 3, 3) = 5.427
  t.false(hasOwnNoise({ ...line, noise: 5.42 }, idle));
  t.true(hasOwnNoise({ ...line, noise: 5.43 }, idle));
  t.true(hasOwnNoise({ ...line, noise: 2.65, degrees: 8 }, idle), 'the smaller of the two degrees of freedom counts');
  t.false(hasOwnNoise({ ...line, noise: 2.64, degrees: 8 }, idle));
});

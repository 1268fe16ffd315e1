import test from 'ava';
import { leastSquares, roundingNoise, slopeError } from './least-squares.ts';
import { UnjudgeableError, type Reading } from './sample.ts';

const readings = (...pairs: [number, number][]): Reading[] => pairs.map(([dose, value]) => ({ dose, value }));
const rounded = (record: object) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, Number(value).toFixed(12)]));
const close = (a: number | undefined, b: number) =>
  a !== undefined && Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

test('a line through four readings', (t) => {
  const line = leastSquares(readings([0, 1], [1, 3], [2, 2], [3, 5]), 0.001);
  // By hand: residuals −0.1, 0.8, −1.3, 0.6 and a sum of squares of 8.75 around the mean.
  const expected = {
    n: 4,
    slope: 1.1,
    intercept: 1.1,
    r2: 1 - 2.7 / 8.75,
    residual: 2.7,
    noise: Math.sqrt(1.35),
    degrees: 2,
    lever: 5,
  };
  t.deepEqual(rounded(line), rounded(expected));
  // scipy: t.ppf(.99, 2) × √1.35 / √5
  t.true(close(slopeError(line, 0.99), (6.964556734283274 * Math.sqrt(1.35)) / Math.sqrt(5)));
});

test('readings on a line still have the noise of rounding', (t) => {
  const line = leastSquares(readings([0, 10], [5, 15], [10, 20]), 12);
  t.is(line.residual, 0);
  t.is(line.r2, 1);
  t.is(line.noise, roundingNoise(12));
  t.true(close(roundingNoise(12), Math.sqrt(12)));
});

test('values that do not vary have no share that a line could explain', (t) => {
  const line = leastSquares(readings([0, 31], [5, 31], [10, 31], [10, 31]), 1);
  t.is(line.r2, undefined);
  t.is(line.slope, 0);
});

test('two doses are too few, however often they are read', (t) => {
  t.throws(() => leastSquares(readings([0, 1], [0, 1], [5, 2], [5, 2]), 1, 'judging fds'), {
    instanceOf: UnjudgeableError,
    message: `judging fds: 4 readings at 2 different doses
  expected: readings at three different doses or more
  what you can do: give the cell more doses`,
  });
});

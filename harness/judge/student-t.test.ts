import test from 'ava';
import { tQuantile } from './student-t.ts';

// scipy 1.17.1: stats.t.ppf(probability, degrees)
for (const [probability, degrees, expected] of [
  [0.5, 4, 0],
  [0.975, 1, 12.706204736174694],
  [0.999, 1, 318.30883898555015],
  [0.999, 2, 22.327124770119866],
  [0.99, 3, 4.540702858568132],
  [0.999, 3, 10.214531852407383],
  [0.99, 5, 3.3649299989072174],
  [0.9999, 6, 8.024792773116536],
  [0.999, 7, 4.785289628638333],
  [0.999, 18, 3.6104848848250928],
  [0.975, 120, 1.9799304050824402],
  [0.99975, 1001, 3.492191868116203],
] as const) {
  test(`t at ${probability} with ${degrees} degrees of freedom`, (t) => {
    const error = Math.abs(tQuantile(probability, degrees) - expected);
    t.true(error <= 1e-11 * Math.max(1, expected), `off by ${error}`);
  });
}

for (const [probability, degrees, message] of [
  [0.49, 3, 'no t quantile for probability 0.49'],
  [1, 3, 'no t quantile for probability 1'],
  [Number.NaN, 3, 'no t quantile for probability NaN'],
  [0.99, 0, 'no t quantile for 0 degrees of freedom'],
  [0.99, 2.5, 'no t quantile for 2.5 degrees of freedom'],
] as const) {
  test(message, (t) => {
    t.throws(() => tQuantile(probability, degrees), { instanceOf: RangeError, message });
  });
}

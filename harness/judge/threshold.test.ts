import test from 'ava';
import { detectionLimit } from './detection-limit.ts';
import { leastSquares, roundingNoise } from './least-squares.ts';
import { UnjudgeableError } from './sample.ts';
import { idleNoise, thresholdOf } from './threshold.ts';

const at = (doses: number[], values: number[]) => doses.map((dose, index) => ({ dose, value: values[index] ?? 0 }));
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));

// Values of scipy: t.ppf(.999, 3), t.ppf(.99, 3), √f.ppf(.99, 3, 3)
const [t999, t99, ratio] = [10.214531852407383, 4.540702858568132, 5.4274022447902865];

test('noise and drift of an idle cell', (t) => {
  const idle = idleNoise(at([0, 1, 2, 3], [1, 3, 2, 5]), 0.001, 'judging');
  t.true(near(idle.noise, Math.sqrt(1.35)));
  t.true(near(idle.drift ?? 0, 1.1));
  t.deepEqual({ degrees: idle.degrees, lever: idle.lever }, { degrees: 2, lever: 5 });
});

test('an idle cell that was read at one dose has noise but no drift to speak of', (t) => {
  const idle = idleNoise(at([0, 0, 0], [4, 6, 8]), 0.001, 'judging');
  t.deepEqual(idle, { noise: 2, degrees: 2, drift: undefined, lever: Number.POSITIVE_INFINITY });
});

test('an idle cell whose values never change has the noise of rounding', (t) => {
  t.is(idleNoise(at([0, 1, 2], [31, 31, 31]), 1, 'judging').noise, roundingNoise(1));
});

for (const [doses, count] of [
  [[0], 1],
  [[0, 1], 2],
] as const) {
  test(`${count} idle readings are too few`, (t) => {
    t.throws(() => idleNoise(at([...doses], [1, 1]), 1, 'judging fds'), {
      instanceOf: UnjudgeableError,
      message: `judging fds: ${count} readings
  expected: three readings or more of the idle cell
  what you can do: read the idle cell as often as the dosed one`,
    });
  });
}

test('the threshold is granularity, noise and drift, each by its formula', (t) => {
  const idle = { noise: 2, degrees: 3, drift: 0.5, lever: 20 };
  const threshold = thresholdOf(8, idle, { lever: 5 }, 4);
  t.is(threshold.granularity, 2);
  t.true(near(threshold.noise, t999 * 2 * Math.sqrt(1 / 5 + 1 / 20)));
  t.is(threshold.drift, 0.5);
  t.is(threshold.value, threshold.granularity + threshold.noise + threshold.drift);
});

test('an idle cell that shrinks or has no known drift adds nothing', (t) => {
  const idle = { noise: 2, degrees: 3, drift: -7, lever: 20 };
  t.is(thresholdOf(8, idle, { lever: 5 }, 4).drift, 0);
  t.is(thresholdOf(8, { ...idle, drift: undefined }, { lever: 5 }, 4).drift, 0);
});

test('the detection limit adds what a repetition may be noisier and lower by', (t) => {
  const line = leastSquares(at([0, 1, 2, 3, 4], [0, 1, 0, 1, 0]), 0.001);
  const threshold = { value: 3, granularity: 1, noise: 1, drift: 1 };
  const quiet = { noise: 0.1, degrees: 3, drift: 0, lever: 10 };
  const margin = (noise: number) => ((t999 * ratio + t99) * noise) / Math.sqrt(10);
  t.true(near(detectionLimit(line, quiet, threshold), 3 + margin(Math.sqrt(0.4))));
  t.true(near(detectionLimit(line, { ...quiet, noise: 2 }, threshold), 3 + margin(2)));
});

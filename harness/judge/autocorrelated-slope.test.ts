import test from 'ava';
import { autocorrelatedSlope, type TimedReading } from './autocorrelated-slope.ts';
import { UnjudgeableError } from './sample.ts';

/** Pseudo-random numbers from 0 to 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number (Box and Muller). */
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Readings with a slope and errors of first-order autoregression with the standard deviation 1. */
function course(random: () => number, { n, slope, rho }: { n: number; slope: number; rho: number }): TimedReading[] {
  let error = normal(random);
  return Array.from({ length: n }, (_, at) => {
    error = rho * error + Math.sqrt(1 - rho ** 2) * normal(random);
    return { at, value: 100 + slope * at + error, segment: 0 };
  });
}

for (const rho of [0, 0.5, 0.9]) {
  test(`errors with a correlation of ${rho}: the interval has the true slope`, (t) => {
    const random = randomNumbers(Math.round(rho * 10) + 1);
    const runs = 2000;
    let [below, above] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const { low, high } = autocorrelatedSlope(course(random, { n: 120, slope: 0.5, rho }), 1e-9, 'testing');
      if (high < 0.5) below++;
      if (low > 0.5) above++;
    }
    // Promised are 0.1 % and 1 %: twice as many, and a bit for chance. Independent errors would give 15 % at 0.9.
    t.true(above / runs <= 0.004, `accused in ${above} of ${runs}`);
    t.true(below / runs <= 0.022, `acquitted in ${below} of ${runs}`);
  });
}

test('a random walk: the interval has the true slope', (t) => {
  const random = randomNumbers(7);
  const runs = 2000;
  let missed = 0;
  for (let run = 0; run < runs; run++) {
    let error = 0;
    const readings = Array.from({ length: 60 }, (_, at) => ({ at, value: (error += normal(random)), segment: 0 }));
    const { low, high } = autocorrelatedSlope(readings, 1e-9, 'testing');
    if (low > 0 || high < 0) missed++;
  }
  // Promised is 1.1 % for both ends. A random walk is the worst case, and no reading here was one: 2.6 % were measured.
  t.true(missed / runs <= 0.04, `missed in ${missed} of ${runs}`);
});

test('one step of the base line hides no leak', (t) => {
  const readings = Array.from({ length: 18 }, (_, at) => ({
    at: at * 3,
    value: 3 * at + (at > 9 ? 2 : 0),
    segment: 0,
  }));
  const { low, high } = autocorrelatedSlope(readings, 1, 'testing');
  t.true(low > 0.7 && high < 1.5, `${low} to ${high}`);
});

test('a saw-tooth of garbage collection is no growth', (t) => {
  const readings = Array.from({ length: 90 }, (_, at) => ({ at, value: 1000 + 50 * (at % 17), segment: 0 }));
  const { low, high, correlation } = autocorrelatedSlope(readings, 1, 'testing');
  t.true(low < 0 && high > 0);
  t.true(correlation > 0.5);
});

test('two segments with base lines of their own have one slope', (t) => {
  const one = (segment: number, base: number, from: number) =>
    Array.from({ length: 10 }, (_, index) => ({ at: from + index, value: base + 3 * index, segment }));
  const { slope, low, high } = autocorrelatedSlope([...one(0, 10, 0), ...one(1, 5000, 10)], 1, 'testing');
  t.true(Math.abs(slope - 3) < 1e-9);
  t.true(low > 2.8 && high < 3.2);
});

test('a value that never moves is known as well as its step', (t) => {
  const still = Array.from({ length: 18 }, (_, at) => ({ at: at * 3, value: 20, segment: 0 }));
  const { slope, low, high, correlation } = autocorrelatedSlope(still, 1, 'testing');
  t.is(slope, 0);
  t.is(correlation, 0);
  t.true(low < 0 && high > 0 && high < 0.02);
});

test('errors that alternate make readings worth no more than independent ones', (t) => {
  const readings = Array.from({ length: 12 }, (_, at) => ({ at, value: at + (at % 2), segment: 0 }));
  const { low, high, worth } = autocorrelatedSlope(readings, 1, 'testing');
  t.true(low < 1 && high > 1);
  t.true(worth <= 12);
});

test('too few readings', (t) => {
  const error = t.throws(
    () => autocorrelatedSlope(course(randomNumbers(1), { n: 5, slope: 1, rho: 0 }), 1, 'judging fds'),
    {
      instanceOf: UnjudgeableError,
    },
  );
  t.is(error?.message.split('\n')[0], 'judging fds: 5 readings');
});

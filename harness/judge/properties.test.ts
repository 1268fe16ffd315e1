import test from 'ava';
import {
  array,
  assert,
  constant,
  constantFrom,
  double,
  integer,
  property,
  record,
  shuffledSubarray,
  type Arbitrary,
} from 'fast-check';
import type { Series } from '../evidence/series.ts';
import { slopeVerdictRecord, type SlopeVerdict } from './verdict-record.ts';
import { judge } from './verdict.ts';

/** A run and its idle cell: 5 to 12 readings at 3 doses or more, a leak of 0 to 40 per dose, noise in the thousands. */
const runs = record({
  steps: array(integer({ min: 1, max: 500 }), { minLength: 4, maxLength: 11 }),
  noise: array(integer({ min: -1000, max: 1000 }), { minLength: 24, maxLength: 24 }),
  leak: integer({ min: 0, max: 40 }),
  loudness: constantFrom(0, 0.01, 1),
}).map(({ steps, noise, leak, loudness }) => {
  const doses = [0];
  for (const step of steps) doses.push((doses.at(-1) ?? 0) + step);
  const values = (offset: number, slope: number) =>
    doses.map((dose, index) => Math.round(5_000_000 + slope * dose + loudness * (noise[offset + index] ?? 0)));
  return { run: seriesOf(doses, values(0, leak)), idle: seriesOf(doses, values(12, 0)) };
});

function seriesOf(doses: readonly number[], values: readonly number[]): Series {
  const points = doses.map((dose, index) => ({ dose, value: values[index] ?? 0 }));
  return { metric: 'heap', unit: 'bytes', per: 'call', granularity: 8, points };
}

/** A series with other doses and values; the granularity is one of the values. */
function changed(series: Series, dose: (dose: number) => number, value: (value: number) => number, unit = 1): Series {
  const points = series.points.map((one) => ('value' in one ? { dose: dose(one.dose), value: value(one.value) } : one));
  return { ...series, granularity: series.granularity * unit, points };
}

const same = (number: number) => number;
const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-9 * Math.max(scale, Math.abs(b));

/** Whether two verdicts are the same, when slopes of the first are `factor` times those of the second. */
function alike(a: SlopeVerdict, b: SlopeVerdict, factor = 1): boolean {
  const scale = factor * b.threshold.value;
  return (
    a.verdict === b.verdict &&
    a.withdrawn.join() === b.withdrawn.join() &&
    (a.saturation === undefined) === (b.saturation === undefined) &&
    near(a.slope, factor * b.slope, scale) &&
    near(a.interval.low, factor * b.interval.low, scale) &&
    near(a.interval.high, factor * b.interval.high, scale) &&
    near(a.robust.slope, factor * b.robust.slope, scale) &&
    near(a.threshold.value, factor * b.threshold.value, scale) &&
    near(a.detectionLimit, factor * b.detectionLimit, scale)
  );
}

const options = { seed: 20_261_122, numRuns: 400 };
const factors = constantFrom(0.25, 3, 1024);

test('another unit of the values changes the numbers alone', (t) => {
  const claim = property(runs, factors, ({ run, idle }, factor) => {
    const scaled = [run, idle].map((series) => changed(series, same, (value) => value * factor, factor));
    return alike(judge(...pair(scaled)), judge(run, idle), factor);
  });
  t.notThrows(() => assert(claim, options));
});

test('another unit of the doses does, too', (t) => {
  const claim = property(runs, factors, ({ run, idle }, factor) => {
    const scaled = [run, idle].map((series) => changed(series, (dose) => dose * factor, same));
    return alike(judge(...pair(scaled)), judge(run, idle), 1 / factor);
  });
  t.notThrows(() => assert(claim, options));
});

test('a higher baseline, in either cell, changes nothing', (t) => {
  const constants = integer({ min: -4_000_000, max: 50_000_000 });
  const claim = property(runs, constants, constants, ({ run, idle }, more, other) =>
    alike(
      judge(
        changed(run, same, (value) => value + more),
        changed(idle, same, (value) => value + other),
      ),
      judge(run, idle),
    ),
  );
  t.notThrows(() => assert(claim, options));
});

test('work that was done before the first reading changes nothing', (t) => {
  const claim = property(runs, integer({ min: 1, max: 5000 }), ({ run, idle }, more) =>
    alike(
      judge(
        changed(run, (dose) => dose + more, same),
        changed(idle, (dose) => dose + more, same),
      ),
      judge(run, idle),
    ),
  );
  t.notThrows(() => assert(claim, options));
});

test('the order of the points changes nothing, to the last bit', (t) => {
  const shuffled = runs.chain(({ run, idle }) =>
    record({
      run: constant(run),
      idle: constant(idle),
      runPoints: permutationOf(run),
      idlePoints: permutationOf(idle),
    }),
  );
  const claim = property(shuffled, ({ run, idle, runPoints, idlePoints }) => {
    const verdict = judge({ ...run, points: runPoints }, { ...idle, points: idlePoints });
    t.deepEqual(verdict, judge(run, idle));
  });
  t.notThrows(() => assert(claim, options));
});

test('more slope never acquits', (t) => {
  const rank = { 'no-leak': 0, inconclusive: 1, leak: 1 };
  const slopes = double({ min: 0, max: 100, noNaN: true });
  const claim = property(runs, slopes, ({ run, idle }, slope) => {
    const steeper = { ...run, points: run.points.map((one) => sloped(one, slope)) };
    return rank[judge(steeper, idle).verdict] >= rank[judge(run, idle).verdict];
  });
  t.notThrows(() => assert(claim, options));
});

test('an idle cell that drifts more never accuses', (t) => {
  const slopes = double({ min: 0, max: 100, noNaN: true });
  const claim = property(runs, slopes, ({ run, idle }, slope) => {
    const steeper = { ...idle, points: idle.points.map((one) => sloped(one, slope)) };
    return judge(run, idle).verdict === 'leak' || judge(run, steeper).verdict !== 'leak';
  });
  t.notThrows(() => assert(claim, options));
});

test('a verdict can be stored, and its numbers fit together', (t) => {
  const claim = property(runs, ({ run, idle }) => {
    const verdict = judge(run, idle);
    const { slope, interval, threshold, detectionLimit } = verdict;
    t.deepEqual(slopeVerdictRecord.parse(JSON.parse(JSON.stringify(verdict))), verdict);
    t.true(interval.low < slope && slope < interval.high);
    t.true(0 < threshold.value && threshold.value < detectionLimit);
    if (verdict.verdict === 'leak') t.true(interval.low > threshold.value && verdict.withdrawn.length === 0);
    if (verdict.verdict === 'no-leak') t.true(interval.high < threshold.value && verdict.withdrawn.length === 0);
  });
  t.notThrows(() => assert(claim, options));
});

function pair([first, second]: Series[]): [Series, Series] {
  if (!first || !second) throw new RangeError('not a pair');
  return [first, second];
}

function permutationOf({ points }: Series): Arbitrary<Series['points']> {
  return shuffledSubarray(points, { minLength: points.length });
}

function sloped(one: Series['points'][number], slope: number): Series['points'][number] {
  return 'value' in one ? { dose: one.dose, value: one.value + slope * one.dose } : one;
}

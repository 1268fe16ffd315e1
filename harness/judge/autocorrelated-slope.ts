import { accusing, acquitting } from './confidence.ts';
import { roundingNoise, sum } from './least-squares.ts';
import { UnjudgeableError } from './sample.ts';
import { tQuantile } from './student-t.ts';

/** A reading of a course that was watched in real time. `u` is the unit of the values. */
export interface TimedReading {
  /** What the slope is per: calls, or hours. */
  at: number;
  /** u */
  value: number;
  /** Readings of another segment have a base line of their own: the subject was started again between the two. */
  segment: number;
}

/** The slope of readings whose errors depend on the errors before them. */
export interface TimedSlope {
  /** u per unit of `at`. */
  slope: number;
  /** Ends of its interval, each with the one-sided confidence of confidence.ts. */
  low: number;
  high: number;
  /** Mean value at `at` 0 over the segments, u. */
  intercept: number;
  /** Correlation of an error with the one before it, 0 to {@link mostCorrelation}. */
  correlation: number;
  /** Independent readings that the readings are worth: n·(1 − ρ)/(1 + ρ). */
  worth: number;
  n: number;
}

/** Above, readings are worth so little that an interval means nothing; 0.98 leaves 1 of 100. */
const mostCorrelation = 0.98;

/** See {@link autocorrelatedSlope}. */
const mostTilt = 3;

/** Readings that are worth less have no degrees of freedom that could be estimated. */
const leastReadings = 6;

/**
 * Fits one slope through all segments by least squares, with an interval for errors of first-order autoregression: the variance of the
 * slope of independent errors times (1 + ρ)/(1 − ρ) (Bartlett 1935; exact for a slow regressor), a t quantile with n·(1 − ρ)/(1 + ρ)
 * readings. ρ is the correlation at lag 1 of the residuals, plus (1 + 4ρ)/n, by which a fitted line makes it too small (Kendall 1954), plus
 * one standard error √((1 − ρ²)/n): where readings depend on each other strongly, ρ itself is known badly. The test measures how often
 * the interval misses.
 * One step of errors as large as their whole spread R, at the worst place, tilts a line by 1.5·R/span; an interval is never wider than
 * {@link mostTilt} times that.
 *
 * Garbage collection makes such errors: a heap between two collections only grows.
 *
 * @param granularity smallest step of the values, u
 * @throws {UnjudgeableError} with fewer than {@link leastReadings} readings, or all of them at one place
 */
export function autocorrelatedSlope(readings: readonly TimedReading[], granularity: number, doing: string): TimedSlope {
  const segments = [...Map.groupBy(readings, ({ segment }) => segment).values()];
  const centred = segments.map((all) => {
    const middle = (of: 'at' | 'value') => sum(all.map((one) => one[of])) / all.length;
    const [at, value] = [middle('at'), middle('value')];
    return { at, value, readings: all.map((one) => ({ at: one.at - at, value: one.value - value })) };
  });
  const all = centred.flatMap((segment) => segment.readings);
  const lever = sum(all.map(({ at }) => at ** 2));
  if (all.length < leastReadings || lever === 0) {
    throw new UnjudgeableError({
      doing,
      expected: `${leastReadings} readings or more, at different places`,
      happened: `${all.length} readings`,
      hint: 'let the soak last longer: --for 10m',
    });
  }
  const slope = sum(all.map(({ at, value }) => at * value)) / lever;
  const errors = centred.map((segment) => segment.readings.map(({ at, value }) => value - slope * at));
  const correlation = correlationOf(errors);
  const worth = (all.length * (1 - correlation)) / (1 + correlation);
  const free = Math.max(1, Math.floor(worth) - segments.length - 1);
  const noise = Math.max(
    // Correlated errors spread less around their own line than around the true one: as those of so few independent ones.
    Math.sqrt((sum(errors.flat().map((error) => error ** 2)) / all.length) * (worth / free)),
    // A value that never moves is known as well as its step, and no better.
    roundingNoise(granularity),
  );
  const error = (noise * Math.sqrt((1 + correlation) / (1 - correlation))) / Math.sqrt(lever);
  const spread = Math.max(granularity, rangeOf(errors.flat()));
  const tilt = (mostTilt * 1.5 * spread) / rangeOf(all.map(({ at }) => at));
  return {
    slope,
    low: slope - Math.min(tQuantile(accusing, free) * error, tilt),
    high: slope + Math.min(tQuantile(acquitting, free) * error, tilt),
    intercept: sum(centred.map(({ at, value }) => value - slope * at)) / centred.length,
    correlation,
    worth,
    n: all.length,
  };
}

function rangeOf(numbers: readonly number[]): number {
  return Math.max(...numbers) - Math.min(...numbers);
}

/** The correlation of an error with the one before it, within segments. */
function correlationOf(errors: readonly (readonly number[])[]): number {
  const total = sum(errors.flat().map((error) => error ** 2));
  if (total === 0) return 0;
  const products = errors.flatMap((segment) => segment.slice(1).map((error, index) => error * (segment[index] ?? 0)));
  const raw = sum(products) / total;
  const n = errors.flat().length;
  // Errors that alternate make readings worth no more than independent ones.
  const corrected = Math.min(mostCorrelation, Math.max(0, raw + (1 + 4 * raw) / n));
  return Math.min(mostCorrelation, corrected + Math.sqrt((1 - corrected ** 2) / n));
}

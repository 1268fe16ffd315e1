import { tQuantile } from './student-t.ts';
import { distinctDoses, UnjudgeableError, type Reading } from './sample.ts';

/** A straight line through readings. `u` is the unit of the values. */
export interface Line {
  n: number;
  /** u per dose. */
  slope: number;
  /** u at dose 0. */
  intercept: number;
  /** Share of the variance that the line explains; undefined when the values do not vary. */
  r2: number | undefined;
  /** Sum of squared residuals, u². */
  residual: number;
  /** Standard deviation of a reading around the line, u; never below what rounding to the granularity makes. */
  noise: number;
  /** Degrees of freedom of the noise: n − 2. */
  degrees: number;
  /** Σ(dose − mean dose)², the lever that the plan of doses has on the slope. */
  lever: number;
}

/**
 * Fits a line by least squares.
 *
 * @param granularity in u. A quantity that moves in steps of g has at least the noise g/√12 of a value that was rounded to
 * g (the standard deviation of a uniform error), even where all readings lie on the line.
 * @throws {UnjudgeableError} with fewer than three different doses: two points always lie on a line.
 */
export function leastSquares(readings: readonly Reading[], granularity: number, doing = 'fitting a line'): Line {
  if (distinctDoses(readings) < 3) {
    throw new UnjudgeableError({
      doing,
      expected: 'readings at three different doses or more',
      happened: `${readings.length} readings at ${distinctDoses(readings)} different doses`,
      hint: 'give the cell more doses',
    });
  }
  const { dose, value, lever, slope } = centre(readings);
  const residual = sum(readings.map((reading) => (reading.value - value - slope * (reading.dose - dose)) ** 2));
  const total = sum(readings.map((reading) => (reading.value - value) ** 2));
  const degrees = readings.length - 2;
  return {
    n: readings.length,
    slope,
    intercept: value - slope * dose,
    r2: total > 0 ? 1 - residual / total : undefined,
    residual,
    noise: Math.max(Math.sqrt(residual / degrees), roundingNoise(granularity)),
    degrees,
    lever,
  };
}

/** The middle of readings at two different doses or more, and the slope through it, as least squares see them. */
export function centre(readings: readonly Reading[]): { dose: number; value: number; lever: number; slope: number } {
  const dose = mean(readings.map((reading) => reading.dose));
  const value = mean(readings.map((reading) => reading.value));
  const lever = sum(readings.map((reading) => (reading.dose - dose) ** 2));
  const slope = sum(readings.map((reading) => (reading.dose - dose) * (reading.value - value))) / lever;
  return { dose, value, lever, slope };
}

/** Standard deviation of the error of a value that is rounded to multiples of `granularity`. */
export function roundingNoise(granularity: number): number {
  return granularity / Math.sqrt(12);
}

/** The largest one-sided distance of the slope from the true one, in u per dose, with this confidence. */
export function slopeError(line: Line, confidence: number): number {
  return (tQuantile(confidence, line.degrees) * line.noise) / Math.sqrt(line.lever);
}

/** Of no numbers: 0. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Of no numbers: NaN. */
export function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

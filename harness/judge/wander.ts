import { accusing } from './confidence.ts';
import { noiseRatio } from './detection-limit.ts';
import { roundingNoise, sum, type Line } from './least-squares.ts';
import { courseOf, type Reading } from './sample.ts';
import { tQuantile } from './student-t.ts';
import type { IdleNoise } from './threshold.ts';

/** Growth from dose to dose, and how steady it is. `u` is the unit of the values. */
export type Differences = Pick<Line, 'slope' | 'noise' | 'degrees' | 'lever'>;

/**
 * The slope as the differences between neighbouring doses show it, in u per dose.
 *
 * A line through readings supposes that the deviation of one reading says nothing about the next. A heap that wanders, each
 * reading starting from the last one, breaks that, and makes lines out of nothing: 3 % of such runs would be accused at
 * 0.999. Its differences are independent, and their least squares (through 0, as no dose makes no difference) are exact
 * for it.
 *
 * @param readings by dose, at three different doses or more
 */
export function differencesOf(readings: readonly Reading[], granularity: number): Differences {
  const course = courseOf(readings);
  const steps = course.slice(1).map(({ dose, value }, index) => {
    const last = course[index] ?? { dose, value };
    return { dose: dose - last.dose, value: value - last.value };
  });
  const lever = sum(steps.map(({ dose }) => dose ** 2));
  const slope = sum(steps.map(({ dose, value }) => dose * value)) / lever;
  const degrees = steps.length - 1;
  const residual = sum(steps.map(({ dose, value }) => (value - slope * dose) ** 2));
  // A difference has the rounding of two readings.
  const noise = Math.max(Math.sqrt(residual / degrees), Math.SQRT2 * roundingNoise(granularity));
  return { slope, noise, degrees, lever };
}

/**
 * Whether the run has noise of its own. Noise of any kind that the idle cell also shows is in the threshold; of noise that
 * it does not show nothing is known, and it may wander. The bound is what two equal noises differ by 99 times in 100.
 */
export function hasOwnNoise(line: Line, idle: IdleNoise): boolean {
  return line.noise > noiseRatio(Math.min(line.degrees, idle.degrees)) * idle.noise;
}

/** The least growth per dose that wandering leaves room for, at 0.999. */
export function leastSteady({ slope, noise, degrees, lever }: Differences): number {
  return slope - (tQuantile(accusing, degrees) * noise) / Math.sqrt(lever);
}

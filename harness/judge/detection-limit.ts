import { accusing, acquitting } from './confidence.ts';
import type { Line } from './least-squares.ts';
import { tQuantile } from './student-t.ts';
import type { IdleNoise, Threshold } from './threshold.ts';

/**
 * The smallest leak, in the values' unit per dose, that a run like this one finds 99 times in 100: the slope whose
 * interval still lies above the threshold when the same doses are given once more.
 *
 * Two things may go wrong then. The slope comes out lower: at most t(0.99) standard errors. And the noise comes out larger, so
 * that the interval is wider than here: by a factor of at most √F(0.99; ν, ν), as the noise of either run is known from ν
 * degrees of freedom alone. With few doses this is most of the limit: 5.4 for 5 readings, 2.6 for 9.
 */
export function detectionLimit(
  { noise, degrees, lever }: Pick<Line, 'noise' | 'degrees' | 'lever'>,
  idle: IdleNoise,
  threshold: Threshold,
): number {
  const factor = tQuantile(accusing, degrees) * noiseRatio(degrees) + tQuantile(acquitting, degrees);
  // The run may have been quieter than the instrument by luck; the instrument was not.
  return threshold.value + (factor * Math.max(noise, idle.noise)) / Math.sqrt(lever);
}

/**
 * √F at 0.99 with ν and ν degrees of freedom, by way of t: ½√ν(√F − 1/√F) has Student's distribution with ν degrees of
 * freedom (T. Cacoullos, J. Am. Stat. Assoc. 60 (1965) 528).
 */
export function noiseRatio(degrees: number): number {
  const t = tQuantile(acquitting, degrees) / Math.sqrt(degrees);
  return t + Math.sqrt(1 + t * t);
}

import { accusing, acquitting } from './confidence.ts';
import { detectionLimit } from './detection-limit.ts';
import { leastSquares, slopeError, type Line } from './least-squares.ts';
import { distinctDoses, type Reading } from './sample.ts';
import { theilSen, type RobustSlope } from './theil-sen.ts';
import { differencesOf, type Differences } from './wander.ts';
import { thresholdOf, type IdleNoise, type Threshold } from './threshold.ts';

/** A set of readings, its line, and on which side of the threshold the line's interval lies. */
export interface Assessment {
  readings: readonly Reading[];
  line: Line;
  robust: RobustSlope;
  interval: { low: number; high: number; lowConfidence: number; highConfidence: number };
  threshold: Threshold;
  detectionLimit: number;
  doses: { from: number; to: number; distinct: number };
  side: 'above' | 'below' | 'across';
  differences: Differences;
}

/**
 * Measures readings, sorted by dose, against the threshold of their own plan of doses.
 *
 * @throws {UnjudgeableError} with fewer than three different doses.
 */
export function assess(readings: readonly Reading[], idle: IdleNoise, granularity: number, doing: string): Assessment {
  const line = leastSquares(readings, granularity, doing);
  const doses = readings.map(({ dose }) => dose);
  const [from, to] = [Math.min(...doses), Math.max(...doses)];
  const threshold = thresholdOf(granularity, idle, line, to - from);
  const differences = differencesOf(readings, granularity);
  // A run that is noisier than the idle cell is held to its differences, too (objection.ts), or its repetition may be.
  const limits = [line, ...(line.noise > idle.noise ? [differences] : [])].map((one) =>
    detectionLimit(one, idle, threshold),
  );
  const low = line.slope - slopeError(line, accusing);
  const high = line.slope + slopeError(line, acquitting);
  return {
    readings,
    line,
    robust: theilSen(readings, accusing, acquitting),
    interval: { low, high, lowConfidence: accusing, highConfidence: acquitting },
    threshold,
    detectionLimit: Math.max(...limits),
    doses: { from, to, distinct: distinctDoses(readings) },
    side: low > threshold.value ? 'above' : high < threshold.value ? 'below' : 'across',
    differences,
  };
}

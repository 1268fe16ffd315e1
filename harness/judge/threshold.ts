import { accusing } from './confidence.ts';
import { centre, mean, roundingNoise, sum, type Line } from './least-squares.ts';
import { distinctDoses, UnjudgeableError, type Reading } from './sample.ts';
import { tQuantile } from './student-t.ts';

/** The noise of a probe where no work is done. `u` is the unit of the values. */
export interface IdleNoise {
  /** Standard deviation of a reading around the idle cell's own line, u; not below that of rounding. */
  noise: number;
  degrees: number;
  /** Growth per dose that would have been applied, u per dose; undefined when the cell was read at one dose alone. */
  drift: number | undefined;
  /** Σ(dose − mean dose)² of the idle cell; infinite when there is no drift to be wrong about. */
  lever: number;
}

/** The slope, in u per dose, up to which there is no leak, and the parts of its sum. */
export interface Threshold {
  value: number;
  /** One allocation of the smallest size in the whole range of doses. */
  granularity: number;
  /** The difference between the slopes of two runs without any work that the noise of the instrument causes. */
  noise: number;
  /** The metric's own growth during the time of the work. */
  drift: number;
}

/**
 * The noise of the instrument, from the idle cell.
 *
 * @throws {UnjudgeableError} when there are too few readings to know a spread at all.
 */
export function idleNoise(idle: readonly Reading[], granularity: number, doing: string): IdleNoise {
  const drifts = distinctDoses(idle) > 1;
  const degrees = idle.length - (drifts ? 2 : 1);
  if (degrees < 1) {
    throw new UnjudgeableError({
      doing,
      expected: 'three readings or more of the idle cell',
      happened: `${idle.length} readings`,
      hint: 'read the idle cell as often as the dosed one',
    });
  }
  const { dose, lever, slope } = drifts ? centre(idle) : { dose: 0, lever: Number.POSITIVE_INFINITY, slope: 0 };
  const middle = mean(idle.map(({ value }) => value));
  const residual = sum(idle.map((reading) => (reading.value - middle - slope * (reading.dose - dose)) ** 2));
  return {
    noise: Math.max(Math.sqrt(residual / degrees), roundingNoise(granularity)),
    degrees,
    drift: drifts ? slope : undefined,
    lever,
  };
}

/**
 * The threshold of a plan of doses. Nothing in it is chosen but the confidence:
 *
 * - *granularity*: one unit of allocation over the range of doses. A single one-off allocation is no leak.
 * - *noise*: two cells that do no work differ in slope by t·s·√(1/L + 1/L') or less, with s and its degrees of freedom from
 *   the idle cell and L and L' the levers of the dosed and the idle plan: the prediction interval for a slope.
 * - *drift*: the idle cell's own growth. A metric that shrinks there neither raises nor lowers the threshold: it counts as 0.
 *
 * @param span highest minus lowest dose
 */
export function thresholdOf(
  granularity: number,
  idle: IdleNoise,
  { lever }: Pick<Line, 'lever'>,
  span: number,
): Threshold {
  const parts = {
    granularity: granularity / span,
    noise: tQuantile(accusing, idle.degrees) * idle.noise * Math.sqrt(1 / lever + 1 / idle.lever),
    drift: Math.max(0, idle.drift ?? 0),
  };
  return { value: parts.granularity + parts.noise + parts.drift, ...parts };
}

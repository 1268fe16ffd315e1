import { accusing } from './confidence.ts';
import { centre, leastSquares, mean, roundingNoise, sum } from './least-squares.ts';
import type { Reading } from './sample.ts';
import { tQuantile } from './student-t.ts';

/** Growth that ends: what a limit on fds or a full cache looks like. */
export interface Saturation {
  /** Dose at which the growth reaches the standstill. */
  dose: number;
  /** Where it stands, in the values' unit. */
  level: number;
  /** The readings before the standstill. */
  growing: Reading[];
}

/** A line up to some dose, a constant from the next one on. */
interface Bend {
  growing: Reading[];
  standing: Reading[];
  residual: number;
}

/**
 * Whether the readings grow along a line up to some dose and stand still from there, on at least three doses of growth and two
 * of standstill. It is claimed only if
 *
 * - that describes them better than one line, by an F test at 0.999 (two parameters more: the level, and where it begins);
 * - the standstill has no slope above the threshold;
 * - the line runs into the level, where the one ends and the other begins, to within the noise of a reading: a fall
 *   or a jump between the two is something else.
 *
 * @param readings by dose
 * @param threshold in the values' unit per dose
 */
export function saturationOf(
  readings: readonly Reading[],
  granularity: number,
  threshold: number,
): Saturation | undefined {
  const [best] = bends(readings, granularity).toSorted((a, b) => a.residual - b.residual);
  if (!best) return undefined;
  const { growing, standing } = best;
  const degrees = readings.length - 4;
  const variance = Math.max(best.residual / degrees, roundingNoise(granularity) ** 2);
  const gain = (leastSquares(readings, granularity).residual - best.residual) / 2 / variance;
  const line = leastSquares(growing, granularity);
  if (line.slope <= threshold || gain <= fQuantileOf2(degrees) || centre(standing).slope > threshold) return undefined;

  const level = mean(standing.map(({ value }) => value));
  const jitter = tQuantile(accusing, degrees) * Math.sqrt(variance);
  const lineAt = (dose = Number.NaN) => line.intercept + line.slope * dose;
  const from = lineAt(growing.at(-1)?.dose) - jitter;
  const to = lineAt(standing[0]?.dose) + jitter;
  return level >= from && level <= to ? { dose: (level - line.intercept) / line.slope, level, growing } : undefined;
}

function bends(readings: readonly Reading[], granularity: number): Bend[] {
  const doses = [...new Set(readings.map(({ dose }) => dose))];
  return doses.slice(3, -1).map((first) => {
    const growing = readings.filter(({ dose }) => dose < first);
    const standing = readings.filter(({ dose }) => dose >= first);
    const level = mean(standing.map(({ value }) => value));
    const around = sum(standing.map(({ value }) => (value - level) ** 2));
    return { growing, standing, residual: leastSquares(growing, granularity).residual + around };
  });
}

/** F at 0.999 with 2 and ν degrees of freedom, which has a closed form: P(F > f) = (1 + 2f/ν)^(−ν/2). */
function fQuantileOf2(degrees: number): number {
  return (degrees / 2) * ((1 - accusing) ** (-2 / degrees) - 1);
}

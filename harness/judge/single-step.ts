import { mean, sum } from './least-squares.ts';
import type { Reading } from './sample.ts';

/** One jump between two doses, with a level before and a level after, in the values' unit. */
export interface Jump {
  after: number;
  before: number;
  height: number;
  /** Sum of squared residuals around the two levels. */
  residual: number;
}

/**
 * The best description of the readings by two constant levels: what a cache that is filled once looks like.
 *
 * @param readings by dose, at two different doses or more
 */
export function bestStep(readings: readonly Reading[]): Jump | undefined {
  let best: Jump | undefined;
  for (const [index, { dose }] of readings.entries()) {
    const after = readings[index - 1]?.dose;
    if (after === undefined || after === dose) continue;
    const [low, high] = [readings.slice(0, index), readings.slice(index)].map(level);
    if (!low || !high) continue;
    const residual = low.residual + high.residual;
    if (!best || residual < best.residual) best = { after, before: dose, height: high.value - low.value, residual };
  }
  return best;
}

function level(readings: readonly Reading[]): { value: number; residual: number } {
  const value = mean(readings.map((reading) => reading.value));
  return { value, residual: sum(readings.map((reading) => (reading.value - value) ** 2)) };
}

import { discordance } from './discordance.ts';
import type { Reading } from './sample.ts';

/** The robust slope and its interval, in the values' unit per dose. */
export interface RobustSlope {
  slope: number;
  low: number;
  high: number;
  /** The actual one-sided confidence of each end: few readings cannot reach the requested one (5 reach 0.992). */
  lowConfidence: number;
  highConfidence: number;
}

/**
 * Theil and Sen's slope: the median of the slopes of all pairs of readings at different doses, which three readings in
 * ten may spoil without effect (P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379). The interval is made of the same
 * slopes by rank; it supposes nothing of the noise but that it is alike at all doses.
 *
 * @param readings at two different doses or more
 */
export function theilSen(readings: readonly Reading[], lowConfidence: number, highConfidence: number): RobustSlope {
  const slopes = pairSlopes(readings);
  const repeats = [...Map.groupBy(readings, ({ dose }) => dose).values()].map((same) => same.length);
  const distribution = discordance(repeats);
  const low = rankFor(distribution, 1 - lowConfidence);
  const high = rankFor(distribution, 1 - highConfidence);
  return {
    slope: median(slopes),
    low: slopes[low.rank] ?? Number.NaN,
    high: slopes[slopes.length - 1 - high.rank] ?? Number.NaN,
    lowConfidence: 1 - low.error,
    highConfidence: 1 - high.error,
  };
}

/** Slopes of all pairs at different doses, ascending. */
function pairSlopes(readings: readonly Reading[]): number[] {
  const slopes = readings.flatMap((a, index) =>
    readings
      .slice(index + 1)
      .filter((b) => b.dose !== a.dose)
      .map((b) => (b.value - a.value) / (b.dose - a.dose)),
  );
  return slopes.toSorted((a, b) => a - b);
}

/** The most slopes that may be left out at one end with no more than this error; none when even that has more. */
function rankFor(distribution: readonly number[], error: number): { rank: number; error: number } {
  let rank = 0;
  let reached = distribution[0] ?? 1;
  for (const probability of distribution.slice(1)) {
    if (reached + probability > error) break;
    reached += probability;
    rank++;
  }
  return { rank, error: reached };
}

/** Median of numbers in ascending order, of which there is at least one. */
function median(sorted: readonly number[]): number {
  const below = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const above = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return (below + above) / 2;
}

import type { Assessment } from './assessment.ts';
import type { MoreDoses } from './more-doses.ts';
import type { IdleNoise } from './threshold.ts';
import { percent, type Words } from './words.ts';

/** The sentence that decides, for an interval on its side of the threshold. */
export function mainReason({ side, interval, threshold, detectionLimit }: Assessment, words: Words): string {
  const limit = words.slope(threshold.value);
  const low = `${words.slope(interval.low)} (${percent(interval.lowConfidence)} sure)`;
  const high = `${words.slope(interval.high)} (${percent(interval.highConfidence)} sure)`;
  if (side === 'above') return `it grows by at least ${low}, more than the threshold of ${limit}`;
  if (side === 'across') return `it may grow by anything from ${low} to ${high}: the threshold is ${limit}`;
  return `it grows by at most ${high}, less than the threshold of ${limit}; a leak of ${words.slope(detectionLimit)} or more would have been found 99 times in 100`;
}

/** The parts of the threshold, as a sentence. */
export function thresholdReason({ threshold, doses }: Assessment, idle: IdleNoise, words: Words): string {
  const drift =
    idle.drift === undefined
      ? 'drift unknown, as the idle cell was read at one dose only'
      : `${words.number(threshold.drift)} for what the idle cell grows by itself`;
  return `the threshold is the sum of ${words.number(threshold.granularity)} for one smallest allocation in ${words.number(doses.to - doses.from)} doses, ${words.number(threshold.noise)} for the noise of the idle cell (${words.amount(idle.noise)}) and ${drift}`;
}

/** The disagreement of the two estimators on the size; undefined when they agree. */
export function disagreement({ interval, robust, line }: Assessment, words: Words): string | undefined {
  if (robust.slope >= interval.low && robust.slope <= interval.high) return undefined;
  return `the growth is not even: least squares give ${words.slope(line.slope)}, the robust slope is ${words.slope(robust.slope)}`;
}

/** Advice for an interval across the threshold. */
export function adviceOn(more: MoreDoses | undefined, words: Words): string {
  return more
    ? `${more.readings} more ${more.readings === 1 ? 'reading' : 'readings'} up to dose ${words.number(more.upTo)} should settle it`
    : 'more doses of this kind will not settle it: the run is noisier than the idle cell, so quieten it or read the idle cell under the same load';
}

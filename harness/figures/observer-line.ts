import { acquitting, accusing } from '../judge/confidence.ts';
import { readingsOf } from '../judge/sample.ts';
import type { Series } from '../evidence/series.ts';
import { theilSen } from '../judge/theil-sen.ts';
import type { CpuUse } from '../evidence/cpu-use.ts';
import type { ProbeCost } from '../evidence/reading-costs.ts';

/** The metrics that decide, which a reading may disturb. */
const watched = new Set(['fds', 'goroutines', 'heap-alloc']);

/**
 * A figure: what the lab's own looking does to the daemon. The time is the middle of what each probe took; what a
 * reading moves is the robust slope of the idle series over the count of its readings.
 *
 * @param cpu the daemon's for all of these readings together
 * @param idle the idle cell's series, in the order in which it was read
 */
export function observerLine(costs: readonly ProbeCost[], { cpu }: CpuUse, idle: readonly Series[]): string {
  const middles = costs.map(({ probe, milliseconds }) => ({ probe, middle: middleOf(milliseconds) }));
  const whole = middles.reduce((sum, { middle }) => sum + middle, 0);
  const each = middles.map(({ probe, middle }) => `${probe} ${middle.toFixed(0)}`).join(', ');
  const moved = idle
    .filter(({ metric }) => watched.has(metric))
    .map(({ metric, unit, points, ...rest }) => {
      const byReading = points.map((point, index) => ({ ...point, dose: index }));
      const readings = readingsOf({ metric, unit, ...rest, points: byReading }, `the observer's effect on ${metric}`);
      const { slope } = theilSen(readings, accusing, acquitting);
      return `${metric} by ${unit === 'bytes' ? `${Math.round(slope)} bytes` : slope.toFixed(1)}`;
    });
  const readings = costs[0]?.milliseconds.length ?? 0;
  return `observer: one reading costs ${whole.toFixed(0)} ms (${each}), ${((1000 * cpu) / readings).toFixed(0)} ms of the daemon's CPU, and moved ${moved.join(', ')} (idle, ${readings} readings)`;
}

function middleOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

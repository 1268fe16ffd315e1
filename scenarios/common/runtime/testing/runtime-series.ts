import type { Series } from '../../../../harness/evidence/series.ts';
import { granularities } from '../../../../harness/judge/granularity.ts';
import { runtimeCounts, type RuntimeCount } from '../metrics.ts';

/** Readings of a clean containerd and shim of 26.1.5. */
const clean: Readonly<Record<RuntimeCount, number>> = {
  'containerd-fds': 18,
  'containerd-goroutines': 33,
  'containerd-threads': 9,
  'shim-fds': 26,
  'shim-threads': 11,
};

const steps = {
  fds: granularities.runtimeFds,
  goroutines: granularities.runtimeGoroutines,
  threads: granularities.runtimeThreads,
} as const;

/**
 * Series of the counts of containerd and the shims.
 *
 * @param kept the amount that a unit of work adds to a count; 0 where it is left out
 */
export function runtimeSeries(doses: readonly number[], kept: Partial<Record<RuntimeCount, number>> = {}): Series[] {
  return runtimeCounts.map((metric) => {
    const unit = metric.endsWith('fds') ? 'fds' : metric.endsWith('threads') ? 'threads' : 'goroutines';
    return {
      metric,
      unit,
      per: 'call',
      granularity: steps[unit],
      points: doses.map((dose) => ({ dose, value: clean[metric] + (kept[metric] ?? 0) * dose })),
    };
  });
}

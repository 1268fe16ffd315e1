import type { Metric } from '../evidence/series.ts';
import { granularities } from '../judge/granularity.ts';
import type { ProcessUse } from './process-use.ts';

/** A subject whose use is read, as its metrics begin. */
export type UseSubject = 'containerd' | 'shim';

/** The metrics of what processes hold, e.g. `shim-fds`. */
export function useMetrics(subject: UseSubject): Metric[] {
  return [
    { metric: `${subject}-fds`, unit: 'fds', granularity: granularities.runtimeFds },
    { metric: `${subject}-threads`, unit: 'threads', granularity: granularities.runtimeThreads },
    { metric: `${subject}-rss`, unit: 'bytes', granularity: granularities.rss },
    { metric: `${subject}-anonymous`, unit: 'bytes', granularity: granularities.runtimeMemory },
    { metric: `${subject}-pss`, unit: 'bytes', granularity: granularities.rss, optional: true },
  ];
}

/** A reading by these metrics. */
export function useValues(
  subject: UseSubject,
  { fds, threads, rss, anonymous, pss }: ProcessUse,
): Record<string, number> {
  return {
    [`${subject}-fds`]: fds,
    [`${subject}-threads`]: threads,
    [`${subject}-rss`]: rss,
    [`${subject}-anonymous`]: anonymous,
    ...(pss !== undefined && { [`${subject}-pss`]: pss }),
  };
}

import type { Metric } from '../../evidence/series.ts';
import { granularities } from '../../judge/granularity.ts';

const step = { unit: 'bytes', granularity: granularities.slab };

/** The metrics of `/proc/meminfo`; kernels before 4.20 do not have them all. */
export const kernelMemoryMetrics: readonly Metric[] = [
  { metric: 'unreclaimable', ...step },
  { metric: 'slab-unreclaimable', ...step },
  { metric: 'slab-reclaimable', ...step },
  { metric: 'percpu', ...step, optional: true },
  { metric: 'kernel-stack', ...step },
  { metric: 'page-tables', ...step },
];

/** The metrics of the copies of slab caches, which later kernels do not make. */
export const slabCopyMetrics: readonly Metric[] = [
  { metric: 'slab-ids', unit: 'ids', granularity: 1, optional: true },
  { metric: 'slab-copies', unit: 'copies', granularity: 1, optional: true },
];

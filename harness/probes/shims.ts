import type { Probe } from './probe.ts';
import { readUses, sumOfUse } from './process-use.ts';
import { findRuntime } from './runtime-processes.ts';
import { useMetrics, useValues } from './use-metrics.ts';

/** The number of shims, and the descriptors, threads and memory of all of them together. Where no container runs, all are 0. */
export const shims: Probe = {
  name: 'shims',
  metrics: [{ metric: 'shims', unit: 'shims', granularity: 1 }, ...useMetrics('shim')],
  // The cost of a reading: none for dockerd; for the shims see readUses.
  async read(target) {
    const { shims: pids } = await findRuntime(target);
    return { shims: pids.length, ...useValues('shim', sumOfUse(await readUses(target, 'the shims', pids))) };
  },
};

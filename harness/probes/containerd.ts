import type { Probe } from './probe.ts';
import { readUses } from './process-use.ts';
import { findRuntime } from './runtime-processes.ts';
import { useMetrics, useValues } from './use-metrics.ts';

/** The descriptors, threads and memory of the containerd that dockerd works with. */
export const containerd: Probe = {
  name: 'containerd',
  metrics: useMetrics('containerd'),
  // The cost of a reading: none for dockerd; for containerd see readUses.
  async read(target) {
    const { containerd: pid } = await findRuntime(target);
    if (pid === undefined) throw new Error('reading containerd: none runs');
    const [use] = await readUses(target, 'containerd', [pid]);
    if (!use) throw new Error('reading containerd: it has said nothing');
    return useValues('containerd', use);
  },
};

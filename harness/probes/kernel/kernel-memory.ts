import type { Machine } from '../../machine/contract.ts';
import { numberIn, readOutput, type Probe } from '../probe.ts';
import { kernelMemoryMetrics } from './metrics.ts';

/**
 * The memory that the kernel itself uses, from `/proc/meminfo` (proc(5)). Kernels from before a line was added lack it: Percpu came in
 * 4.20 (CentOS' 3.10.0-1160 has it, 3.10.0-514 and 4.4 do not), and KernelStack stands in `kB` on all of them.
 */
export const kernelMemory: Probe<{ machine: Machine }> = {
  name: 'kernel memory',
  metrics: kernelMemoryMetrics,
  // The cost of a reading: a walk over the memory zones: some 0.1 ms of the kernel.
  async read(target) {
    return parseMemory(await readOutput(target, 'the memory of the kernel', ['cat', '/proc/meminfo']));
  },
};

/** The metrics in a `/proc/meminfo`; `unreclaimable` is SUnreclaim and Percpu together. */
export function parseMemory(text: string): Record<string, number> {
  const bytes = (field: string) => numberIn(text, field, new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm')) * 1024;
  const percpu = /^Percpu:/m.test(text) ? { percpu: bytes('Percpu') } : {};
  const unreclaimable = bytes('SUnreclaim');
  return {
    unreclaimable: unreclaimable + (percpu.percpu ?? 0),
    'slab-unreclaimable': unreclaimable,
    'slab-reclaimable': bytes('SReclaimable'),
    ...percpu,
    'kernel-stack': bytes('KernelStack'),
    'page-tables': bytes('PageTables'),
  };
}

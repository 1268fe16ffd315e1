import { z } from 'zod';
import { seriesRecord } from '../../harness/judge/sample.ts';
import { cgroupSlabs } from '../../harness/probes/kernel/cgroup-slabs.ts';
import { kmemAccounting } from '../../harness/probes/kernel/kmem-accounting.ts';
import { slabCache } from '../../harness/probes/kernel/slab-caches.ts';
import { giveBackRecord } from '../common/give-back.ts';

/** Observations of a cell of kmem-slab, as they are stored. */
export const observations = z.strictObject({
  commandLine: z.string(),
  cgroups: z.strictObject({ root: z.string(), version: z.union([z.literal(1), z.literal(2)]), memory: z.boolean() }),
  /** Whether kernel memory is charged to the cgroups; absent in runs from before it was read. */
  accounting: kmemAccounting.optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  /** Cgroups before the first reading. */
  warmUp: z.int().optional(),
  /** Cgroups that the kernel let us make after the warm-up, and its words when it made no more. */
  made: z.int(),
  refusal: z.string().optional(),
  growth: z.array(slabCache),
  back: giveBackRecord,
  cgroupSlabs,
  /** Unreferenced objects; absent for a kernel without kmemleak. */
  kmemleak: z.int().optional(),
  kernelLog: z.array(z.string()),
});

export type KmemSlabObservations = z.infer<typeof observations>;

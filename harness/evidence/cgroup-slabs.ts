import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The figures of a memory cgroup of v1 about its own slab caches. */
const slabs = z.discriminatedUnion('state', [
  /** v2, or a kernel without kernel memory in its cgroups. */
  z.strictObject({ state: z.literal('absent') }),
  /** The file is there and lists nothing: since 5.9 cgroups share the caches. */
  z.strictObject({ state: z.literal('empty') }),
  /** Before 4.0 the file cannot be read where kernel memory is not accounted. */
  z.strictObject({ state: z.literal('refused') }),
  z.strictObject({ state: z.literal('listed'), caches: z.int(), bytes: z.int() }),
]);
export type CgroupSlabs = z.infer<typeof slabs>;

export const cgroupSlabs = defineEvidence({
  kind: 'cgroup-slabs',
  meaning: 'The content of `memory.kmem.slabinfo` of a memory cgroup that has used kernel memory.',
  units: { caches: 'slab caches', bytes: 'bytes' },
  schema: slabs,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Whether kernel memory is charged to a cgroup. */
const accounting = z.strictObject({
  /** `absent`: the cgroup has no files that tell it; the memory controller is not there, or switched off. */
  state: z.enum(['on', 'off', 'absent']),
  /** The most that was charged to it so far, in bytes; on cgroup v2 what is charged now. */
  chargedBytes: z.number().optional(),
  /** Its limit of kernel memory in bytes; absent when there is none. */
  limitBytes: z.number().optional(),
  /** Its limit of memory in bytes; absent when there is none. */
  memoryLimitBytes: z.number().optional(),
});
export type KmemAccounting = z.infer<typeof accounting>;

export const kmemAccounting = defineEvidence({
  kind: 'kmem-accounting',
  meaning: 'Whether kernel memory is charged to a cgroup, how much, and its limits.',
  units: { chargedBytes: 'bytes', limitBytes: 'bytes', memoryLimitBytes: 'bytes' },
  schema: accounting,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Whether a kernel knows a parameter or a value, and the place in its image that shows it. */
const claim = z.strictObject({
  /** e.g. `cgroup.memory=` or `cgroup.memory=nokmem`. */
  parameter: z.string(),
  known: z.boolean(),
  /** The program that reads it, where it is none of the kernel's. */
  reader: z.string().optional(),
  /** Offset in the decompressed image; absent when it is not known. */
  offset: z.int().optional(),
  /** A sentence. */
  evidence: z.string(),
});
export type ParameterClaim = z.infer<typeof claim>;

export const bootParameterClaim = defineEvidence({
  kind: 'boot-parameter-claim',
  meaning: "Whether the kernel's image knows a boot parameter, and where that is seen.",
  units: { offset: 'bytes' },
  schema: claim,
});

import { z } from 'zod';

/** Observations of a cell of boot-parameter, as they are stored. */
export const observations = z.strictObject({
  /** What the kernel's image says. */
  claim: z.strictObject({
    parameter: z.string(),
    known: z.boolean(),
    offset: z.int().optional(),
    evidence: z.string(),
  }),
  /** What `/proc/cmdline` says: it takes any word. */
  commandLine: z.string(),
  kernelLog: z.array(z.string()),
  /** What was measured. */
  effect: z.strictObject({ seen: z.boolean(), evidence: z.string() }),
});

export type BootParameterObservations = z.infer<typeof observations>;

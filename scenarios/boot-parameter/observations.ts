import { z } from 'zod';

/** Observations of a cell of boot-parameter, as they are stored. */
export const observations = z.strictObject({
  /** The parameter as found in the kernel's image. */
  claim: z.strictObject({
    parameter: z.string(),
    known: z.boolean(),
    offset: z.int().optional(),
    evidence: z.string(),
  }),
  /** The content of `/proc/cmdline`; a kernel lists any word there. */
  commandLine: z.string(),
  kernelLog: z.array(z.string()),
  /** The measured effect. */
  effect: z.strictObject({ seen: z.boolean(), evidence: z.string() }),
});

export type BootParameterObservations = z.infer<typeof observations>;

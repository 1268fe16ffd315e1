import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Descriptors and goroutines of a daemon, where they are known: a replica has no goroutines. */
const counts = z.strictObject({ fds: z.int().optional(), goroutines: z.int().optional() });

/** A daemon's own figures, beside the readings of the probes just before. */
export const crossCheck = z.strictObject({ dose: z.number(), said: counts, probed: counts });
export type CrossCheck = z.infer<typeof crossCheck>;

export const crossChecks = defineEvidence({
  kind: 'cross-checks',
  meaning: "The daemon's own figures of GET /info, beside the readings of the probes just before.",
  units: { dose: 'calls', fds: 'file descriptors', goroutines: 'goroutines' },
  schema: z.array(crossCheck),
});

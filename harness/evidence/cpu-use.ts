import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** CPU time of the daemon while something was done, and the time that it took, in seconds. */
const use = z.strictObject({ cpu: z.number(), seconds: z.number() });
export type CpuUse = z.infer<typeof use>;

const uses = z.strictObject({ idle: use, readings: use, work: use });
export type CpuUses = z.infer<typeof uses>;

export const cpuUses = defineEvidence({
  kind: 'cpu-use',
  meaning: "The daemon's CPU time with nothing to do, while it was read, and while work was applied.",
  units: { cpu: 'seconds of CPU time', seconds: 'seconds' },
  schema: uses,
});

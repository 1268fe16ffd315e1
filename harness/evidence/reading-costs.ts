import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The duration of each reading of a probe, in milliseconds. */
const probeCost = z.strictObject({ probe: z.string(), milliseconds: z.array(z.number()) });
export type ProbeCost = z.infer<typeof probeCost>;

export const readingCosts = defineEvidence({
  kind: 'reading-costs',
  meaning: 'The time that each reading of the idle daemon took, by probe.',
  units: { milliseconds: 'milliseconds' },
  schema: z.array(probeCost),
});

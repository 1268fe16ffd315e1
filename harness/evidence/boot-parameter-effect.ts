import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Whether an effect was seen, and its evidence. */
const effect = z.strictObject({ seen: z.boolean(), evidence: z.string() });
export type SeenEffect = z.infer<typeof effect>;

export const bootParameterEffect = defineEvidence({
  kind: 'boot-parameter-effect',
  meaning: 'Whether the effect of a boot parameter was seen in the running kernel.',
  units: {},
  schema: effect,
});

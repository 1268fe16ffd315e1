import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The metrics that tell what removed cgroups hold, at one moment. */
export const heldReading = z.strictObject({
  'dying-cgroups': z.number(),
  unreclaimable: z.number(),
  'slab-unreclaimable': z.number().optional(),
  /** Of a kernel that lists its slab caches. */
  'slab-ids': z.number().optional(),
});
export type HeldReading = z.infer<typeof heldReading>;

const readings = z.strictObject({
  before: heldReading,
  peak: heldReading,
  afterDropCaches: heldReading,
  afterLettingGo: heldReading,
});
export type GiveBack = z.infer<typeof readings>;

export const giveBack = defineEvidence({
  kind: 'give-back',
  meaning: 'What removed cgroups hold at the first and the last dose, and after each step that may release it.',
  units: {
    'dying-cgroups': 'cgroups',
    unreclaimable: 'bytes',
    'slab-unreclaimable': 'bytes',
    'slab-ids': 'ids',
  },
  schema: readings,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const refusals = defineEvidence({
  kind: 'refusals',
  meaning: 'The requests of the remedy that the daemon or the system refused, each with its words.',
  units: {},
  schema: z.array(z.string()),
});

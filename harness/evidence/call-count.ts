import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const callCount = defineEvidence({
  kind: 'call-count',
  meaning: 'Calls before the first dose, which the client counts as well.',
  units: 'calls',
  schema: z.int(),
});

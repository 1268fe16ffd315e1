import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const duration = defineEvidence({
  kind: 'duration',
  meaning: 'The time that something took.',
  units: 'seconds',
  schema: z.number(),
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const tickLimit = defineEvidence({
  kind: 'tick-limit',
  meaning: 'The ticks of the collector within which a stats call is answered or never.',
  units: 'ticks of the collector',
  schema: z.int(),
});

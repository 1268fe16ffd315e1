import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const stuckCalls = defineEvidence({
  kind: 'stuck-calls',
  meaning:
    'The calls of the client that waited before the remedy, and how many of them were held or answered after it.',
  units: { before: 'calls', after: 'connections', answered: 'calls' },
  schema: z.strictObject({ before: z.int(), after: z.int(), answered: z.int() }),
});

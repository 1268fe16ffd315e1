import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const processId = defineEvidence({
  kind: 'process-id',
  meaning: 'The process of a client, as the machine numbers it.',
  units: 'process id',
  schema: z.int(),
});

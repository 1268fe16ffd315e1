import { z } from 'zod';
import { defineEvidence } from './kind.ts';
import { statsCallRecord, statsCallUnits } from './stats-call.ts';

export const statsCalls = defineEvidence({
  kind: 'stats-calls',
  meaning: 'The course of one non-stream stats call of each container.',
  units: statsCallUnits,
  schema: z.array(statsCallRecord),
});

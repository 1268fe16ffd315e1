import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const profileFiles = defineEvidence({
  kind: 'profile-files',
  meaning: "The files in the cell's directory that have the complete profiles.",
  units: {},
  schema: z.array(z.string()),
});

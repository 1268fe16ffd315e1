import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const storageDriver = defineEvidence({
  kind: 'storage-driver',
  meaning: 'The storage driver of the daemon.',
  units: {},
  schema: z.string(),
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const removalAnswer = defineEvidence({
  kind: 'removal-answer',
  meaning: "The daemon's answer to `docker rm`.",
  units: { status: 'status of HTTP' },
  schema: z.strictObject({ status: z.int(), message: z.string() }),
});

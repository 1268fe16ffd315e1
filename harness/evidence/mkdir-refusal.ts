import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const mkdirRefusal = defineEvidence({
  kind: 'mkdir-refusal',
  meaning: "The kernel's words when it made no more cgroups.",
  units: {},
  schema: z.string(),
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const containerState = defineEvidence({
  kind: 'container-state',
  meaning: 'The state of the container after its removal was asked for; there is none when it is gone.',
  units: {},
  schema: z.string(),
});

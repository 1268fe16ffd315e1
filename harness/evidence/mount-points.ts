import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const mountPoints = defineEvidence({
  kind: 'mount-points',
  meaning: 'Mount points of the container that another mount namespace has as well.',
  units: {},
  schema: z.array(z.string()),
});

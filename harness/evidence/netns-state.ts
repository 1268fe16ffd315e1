import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** `nsfs`: the bind mount is there, on nsfs or, before Linux 3.19, on proc. `lost`: the empty file below it. `gone`: not even that. */
export const netnsStates = z.enum(['nsfs', 'lost', 'gone']);
export type NetnsState = z.infer<typeof netnsStates>;

export const netnsState = defineEvidence({
  kind: 'netns-state',
  meaning: 'The state of the network namespace file of one container.',
  units: {},
  schema: netnsStates,
});

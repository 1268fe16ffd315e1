import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The reaction of a dockerd to a containerd of its own that is stopped: it waits for it, or it kills it and starts another. */
const containerdFates = ['waited-for', 'replaced'] as const;
export type ContainerdFate = (typeof containerdFates)[number];

export const containerdFate = defineEvidence({
  kind: 'containerd-fate',
  meaning: 'What the daemon did about its stopped containerd.',
  units: {},
  schema: z.enum(containerdFates),
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** A slab cache, and its size. */
const slabCache = z.strictObject({
  name: z.string(),
  /** Copies of it for memory cgroups; in what has grown, how many more. */
  copies: z.int(),
  /** Links to copies that are gone; in what has grown, how many more. */
  dangling: z.int().optional(),
  bytes: z.int(),
});
export type SlabCache = z.infer<typeof slabCache>;

export const slabGrowth = defineEvidence({
  kind: 'slab-growth',
  meaning: 'The slab caches that have grown between the first and the last dose, the largest growth first.',
  units: { copies: 'copies', dangling: 'links', bytes: 'bytes' },
  schema: z.array(slabCache),
});

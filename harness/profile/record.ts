import { z } from 'zod';
import { functionBytes } from './functions.ts';
import { goroutineGroup } from './goroutines.ts';

/** Sums of a sampled heap: see totalOf in stacks.ts. */
const total = z.strictObject({ bytes: z.number(), samples: z.int(), error: z.number() });

/** The results of two profiles of a daemon, and the names of the complete files in the cell's directory. */
export const profilesRecord = z.strictObject({
  heap: z.strictObject({
    /** The sample type of the profile; bytes in use are reported here. */
    types: z.array(z.string()),
    /** Bytes of allocations for one sample. */
    rate: z.number(),
    before: total,
    after: total,
    /** The functions that lead to what is large after the doses, and to what has grown since before them. */
    top: z.array(functionBytes),
    growth: z.array(functionBytes),
  }),
  goroutines: z.strictObject({
    total: z.int(),
    /** The largest groups, with the frames that tell what they wait for. */
    groups: z.array(goroutineGroup),
    /** Goroutines and groups that are not among them. */
    others: z.strictObject({ count: z.int(), groups: z.int() }),
  }),
  files: z.array(z.string()),
});
export type ProfilesRecord = z.infer<typeof profilesRecord>;

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** A function and what is in use of what it allocated, in bytes; in a difference of two heaps they may be below 0. */
const functionBytes = z.strictObject({
  /** Its whole name. */
  function: z.string(),
  /** Allocated by the function itself. */
  flat: z.number(),
  /** Allocated by the function and everything that it called. */
  cum: z.number(),
});
export type FunctionBytes = z.infer<typeof functionBytes>;

/** Sums of a sampled heap: see totalOf in stacks.ts. */
const total = z.strictObject({ bytes: z.number(), samples: z.int(), error: z.number() });

const heaps = z.strictObject({
  /** The sample type of the profile; bytes in use are reported here. */
  types: z.array(z.string()),
  /** Bytes of allocations for one sample. */
  rate: z.number(),
  before: total,
  after: total,
  /** The functions that lead to what is large after the doses, and to what has grown since before them. */
  top: z.array(functionBytes),
  growth: z.array(functionBytes),
});
export type HeapProfiles = z.infer<typeof heaps>;

export const heapProfiles = defineEvidence({
  kind: 'heap-profiles',
  meaning: "The daemon's heap before and after the doses, by the functions that allocated it.",
  units: {
    rate: 'bytes of allocations for one sample',
    bytes: 'bytes in use',
    samples: 'samples',
    error: 'bytes, one standard deviation',
    flat: 'bytes',
    cum: 'bytes',
  },
  schema: heaps,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** Goroutines that stand at the same place. */
const goroutineGroup = z.strictObject({
  count: z.int(),
  /** Those that stood there before the doses; absent in runs of earlier labs. */
  before: z.int().optional(),
  /** Whole names of functions, the one in which they stand first. */
  frames: z.array(z.string()),
});
export type GoroutineGroup = z.infer<typeof goroutineGroup>;

const groups = z.strictObject({
  total: z.int(),
  /** The largest groups, with the frames that tell what they wait for. */
  groups: z.array(goroutineGroup),
  /** Goroutines and groups that are not among them. */
  others: z.strictObject({ count: z.int(), groups: z.int() }),
});
export type GoroutineGroups = z.infer<typeof groups>;

export const goroutineGroups = defineEvidence({
  kind: 'goroutine-groups',
  meaning: "The daemon's goroutines after the doses, by the place where they wait.",
  units: { total: 'goroutines', count: 'goroutines', before: 'goroutines', groups: 'groups' },
  schema: groups,
});

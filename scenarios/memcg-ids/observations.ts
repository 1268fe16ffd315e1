import { z } from 'zod';
import { seriesRecord } from '../../harness/judge/sample.ts';

/** Observations of a cell of memcg-ids, as they are stored. */
export const observations = z.strictObject({
  version: z.union([z.literal(1), z.literal(2)]),
  /** The workload of each cgroup's process; page-cache in runs from before there was a choice. */
  workload: z.enum(['page-cache', 'files-kept']).optional(),
  /** Cgroups that were made and removed, and the kernel's words when it made no more. */
  made: z.int(),
  refusal: z.string().optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  kernelLog: z.array(z.string()),
});

export type MemcgIdsObservations = z.infer<typeof observations>;

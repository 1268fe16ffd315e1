import { z } from 'zod';
import { seriesRecord } from '../../harness/judge/sample.ts';
import { kmemAccounting } from '../../harness/probes/kernel/kmem-accounting.ts';
import { giveBackRecord } from '../common/give-back.ts';

/** Observations of a cell of container-churn, as they are stored. */
export const observations = z.strictObject({
  /** Of the kernel. */
  release: z.string(),
  commandLine: z.string(),
  cgroups: z.strictObject({ root: z.string(), version: z.union([z.literal(1), z.literal(2)]), memory: z.boolean() }),
  /** Of a container with the limit of the cell; absent in runs from before it was read. */
  accounting: kmemAccounting.optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  back: giveBackRecord,
  kernelLog: z.array(z.string()),
});

export type ContainerChurnObservations = z.infer<typeof observations>;

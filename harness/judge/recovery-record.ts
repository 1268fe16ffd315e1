import { z } from 'zod';

/** The extent and time of a metric's recovery, as it is stored and printed. Values are in `unit`. */
export const recoveryRecord = z.strictObject({
  schema: z.literal(1),
  metric: z.string(),
  unit: z.string(),
  per: z.string(),
  /** `nothing-to-recover`: the metric had not risen, so that its being low proves nothing. */
  recovery: z.enum(['full', 'partial', 'none', 'nothing-to-recover']),
  baseline: z.number(),
  peak: z.number(),
  final: z.number(),
  /** The distance from the baseline up to which a reading is not significant. */
  tolerance: z.number(),
  /** Share of the rise that was given back, 0 to 1; null when there was no rise. */
  fraction: z.number().nullable(),
  /** The reading from which it stayed where it ended, and the last one before, at which it was not there yet. */
  settled: z
    .strictObject({ bySeconds: z.number(), notAtSeconds: z.number().optional(), gcs: z.int().optional() })
    .nullable(),
  /** The remainder per unit of dose; below 0 when it ended below the baseline. */
  residuePerDose: z.number(),
  reasons: z.array(z.string()),
});
export type Recovery = z.infer<typeof recoveryRecord>;

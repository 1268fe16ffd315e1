import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const seconds = z.number().nonnegative();

/** The recovery of a metric after the clients have gone. Values are in `unit`. */
export const recoverySeriesRecord = z.strictObject({
  metric: z.string().min(1),
  unit: z.string().min(1),
  per: z.string().min(1),
  granularity: z.number().positive(),
  /** Readings before the first dose: two at least, as their spread is the tolerance. */
  baseline: z.array(z.union([z.strictObject({ value: z.number() }), z.strictObject({ missing: z.string().min(1) })])),
  /** The last reading before the clients closed, and the dose by then. */
  peak: z.union([
    z.strictObject({ dose: z.number().positive(), value: z.number() }),
    z.strictObject({ dose: z.number().positive(), missing: z.string().min(1) }),
  ]),
  /** Readings after that, with the seconds since the close and, where known, the garbage collections since then. */
  after: z.array(
    z.union([
      z.strictObject({ seconds, gcs: z.int().nonnegative().optional(), value: z.number() }),
      z.strictObject({ seconds, gcs: z.int().nonnegative().optional(), missing: z.string().min(1) }),
    ]),
  ),
});
export type RecoverySeries = z.infer<typeof recoverySeriesRecord>;

export const recoverySeries = defineEvidence({
  kind: 'recovery-series',
  meaning: 'The readings of each metric before the first dose, at the last one, and after the clients have gone.',
  units: {
    value: 'in `unit`',
    granularity: 'in `unit`',
    dose: 'units of work, each called as `per` says',
    seconds: 'seconds since the clients have gone',
    gcs: 'garbage collections since the clients have gone',
  },
  schema: z.array(recoverySeriesRecord),
});

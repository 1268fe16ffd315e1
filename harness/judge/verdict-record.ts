import { z } from 'zod';

/** Ends of an interval, each with the one-sided confidence that it has. */
const interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  lowConfidence: z.number(),
  highConfidence: z.number(),
});

/** Why an accusation does not stand: the run was bad. The cell is `inconclusive` then, never `no-leak`. */
const withdrawals = ['outlier', 'saw-tooth', 'single-step', 'saturation', 'drift', 'wandering'] as const;
export type Withdrawal = (typeof withdrawals)[number];

/**
 * The verdict on the samples of one metric, as it is stored and printed. Slopes, thresholds and limits are in `unit` per one
 * unit of dose (`per`).
 */
export const slopeVerdictRecord = z.strictObject({
  /** Version of this shape. */
  schema: z.literal(1),
  metric: z.string(),
  unit: z.string(),
  per: z.string(),
  verdict: z.enum(['leak', 'no-leak', 'inconclusive']),
  /** By least squares; the interval and the verdict belong to it. */
  slope: z.number(),
  interval,
  /** By Theil and Sen, the witness against outliers. */
  robust: interval.extend({ slope: z.number() }),
  /** Value at dose 0, in `unit`. */
  intercept: z.number(),
  /** Share of the variance that the line explains; null when the values do not vary. */
  r2: z.number().nullable(),
  threshold: z.strictObject({
    value: z.number(),
    granularity: z.number(),
    noise: z.number(),
    drift: z.number(),
  }),
  /** The smallest leak that a run like this one finds 99 times in 100. */
  detectionLimit: z.number(),
  /** Standard deviation of a reading around its line, in `unit`: without work, and in the run that is judged. */
  noise: z.strictObject({ idle: z.number(), run: z.number() }),
  /** Readings that the slope was made of, and their doses. */
  n: z.int(),
  doses: z.strictObject({ from: z.number(), to: z.number(), distinct: z.int() }),
  method: z.string(),
  /** Growth ended at this dose, in units of dose, at this level, in `unit`. */
  saturation: z.strictObject({ dose: z.number(), level: z.number() }).optional(),
  withdrawn: z.array(z.enum(withdrawals)),
  /** Expected to settle an inconclusive run: this many readings more, up to this dose. */
  moreDoses: z.strictObject({ readings: z.int().positive(), upTo: z.number() }).optional(),
  /** Sentences for an operator, the deciding one first. */
  reasons: z.array(z.string()),
});
export type SlopeVerdict = z.infer<typeof slopeVerdictRecord>;

/** A {@link SlopeVerdict} in short, as a cell's verdict keeps it: what is compared between nights, and drawn. */
export const slopeFigureRecord = slopeVerdictRecord
  .pick({ metric: true, unit: true, per: true, verdict: true, slope: true, intercept: true })
  .extend({
    /** Ends of the slope's interval. */
    low: z.number(),
    high: z.number(),
    /** Up to here a slope is none. */
    threshold: z.number(),
  });
export type SlopeFigure = z.infer<typeof slopeFigureRecord>;

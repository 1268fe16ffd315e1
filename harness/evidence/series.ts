import { z } from 'zod';

/** One quantity: its name, its unit, and its smallest step in that unit. */
export interface Metric {
  metric: string;
  unit: string;
  granularity: number;
  /** Set for one that not every subject has, e.g. a line of a file that came with a later kernel: never to read it is no failure. */
  optional?: true;
}

/**
 * A probe's reading at a dose: a value, or the reason why there is none. The two have different shapes so that no code can write a
 * zero for a reading that failed.
 */
const point = z.union([
  z.strictObject({
    /** Units of work applied before this reading, since the first dose: it only grows in the course of a run. */
    dose: z.number().nonnegative(),
    value: z.number(),
  }),
  z.strictObject({ dose: z.number().nonnegative(), missing: z.string().min(1) }),
]);

/** One metric of a cell, read once or more at each dose, in any order. */
export const seriesRecord = z.strictObject({
  metric: z.string().min(1),
  /** Unit of the values, in the plural: `bytes`, `fds`. */
  unit: z.string().min(1),
  /** The unit of dose, in the singular: `call`, `container`. */
  per: z.string().min(1),
  /** The smallest amount, in `unit`, by which the value can change: see granularity.ts. */
  granularity: z.number().positive(),
  points: z.array(point),
});
export type Series = z.infer<typeof seriesRecord>;

/** The units of the numbers of a series. */
export const seriesUnits = {
  dose: 'units of work, each called as `per` says',
  value: 'in `unit`',
  granularity: 'in `unit`',
} as const;

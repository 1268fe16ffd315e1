import { z } from 'zod';
import type { SlopeVerdict } from './verdict-record.ts';
import { percent, wordsOf } from './words.ts';

/** The projection of a slope to production, as it is stored and printed. Amounts are in `unit`. */
export const projectionRecord = z.strictObject({
  schema: z.literal(1),
  metric: z.string(),
  unit: z.string(),
  per: z.string(),
  doses: z.number(),
  expected: z.number(),
  /** The ends of the slope's interval, with its confidences. */
  low: z.number(),
  high: z.number(),
  /** It is a projection, and says so. */
  text: z.string(),
});
export type Projection = z.infer<typeof projectionRecord>;

type Slope = Pick<SlopeVerdict, 'metric' | 'unit' | 'per' | 'verdict' | 'slope' | 'interval'>;

/** Seconds of a day. */
const day = 86_400;

/** Calls that a client makes in a day when it asks for each container once per period. */
export function callsPerDay(containers: number, everySeconds: number): number {
  return (containers * day) / everySeconds;
}

/**
 * The amount that this many units of dose add to a metric, if it continues as in the run. Only a `leak` is expected to: of the others the
 * high end alone says something.
 */
export function project({ metric, unit, per, verdict, slope, interval }: Slope, doses: number): Projection {
  const amounts = { expected: slope * doses, low: interval.low * doses, high: interval.high * doses };
  const { number, amount } = wordsOf({ unit, per });
  const sure = (share: number) => `(${percent(share)} sure)`;
  const most = `at most ${amount(amounts.high)} ${sure(interval.highConfidence)}`;
  const text =
    verdict === 'leak'
      ? `projected, not measured: ${number(doses)} times one ${per} add ${amount(amounts.expected)}, at least ${amount(amounts.low)} ${sure(interval.lowConfidence)} and ${most}`
      : `projected, not measured: ${number(doses)} times one ${per} add ${most}; the run shows ${verdict === 'no-leak' ? 'no leak' : 'nothing certain'}`;
  return { schema: 1, metric, unit, per, doses, ...amounts, text };
}

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/**
 * The result of a non-stream stats call: `values`; `no-networks`, values without the network's; `zeroed`, a frame whose
 * `read` is Go's zero time; `refused`, another status than 200; `hangs`, not one byte within the ticks.
 */
const statsAnswers = ['values', 'no-networks', 'zeroed', 'refused', 'hangs'] as const;
export type StatsAnswer = (typeof statsAnswers)[number];

/** One non-stream stats call, as observed. */
export const statsCallRecord = z.strictObject({
  container: z.string(),
  answer: z.enum(statsAnswers),
  /** Ticks of the collector that the call was watched for until it was answered, or given up. */
  ticks: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  status: z.int().optional(),
  bytes: z.int().nonnegative(),
  /** The beginning of the body. */
  excerpt: z.string(),
});
export type StatsCall = z.infer<typeof statsCallRecord>;

/** The units of the numbers of a call. */
export const statsCallUnits = {
  ticks: 'ticks of the collector',
  seconds: 'seconds',
  status: 'status of HTTP',
  bytes: 'bytes of the body',
} as const;

export const statsCall = defineEvidence({
  kind: 'stats-call',
  meaning: 'The course of one non-stream stats call.',
  units: statsCallUnits,
  schema: statsCallRecord,
});

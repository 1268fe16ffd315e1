import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** A moment of a soak. */
export const soakSample = z.strictObject({
  /** A soak that was resumed has a segment for each time that it ran, from 1: each has a daemon of its own. */
  segment: z.int().positive(),
  /** Seconds since the client began in this segment. */
  seconds: z.number().nonnegative(),
  /** Calls that the client had sent by then in this segment. */
  calls: z.int().nonnegative(),
  /** Reading of each metric. */
  values: z.record(z.string(), z.number()),
});
export type SoakSample = z.infer<typeof soakSample>;

/** Why a soak ended. */
const soakEnds = ['time', 'memory', 'descriptors'] as const;

const record = z.strictObject({
  /** Seconds between two samples, as they were asked for. */
  interval: z.number().positive(),
  metrics: z.array(z.strictObject({ metric: z.string(), unit: z.string(), granularity: z.number().positive() })),
  samples: z.array(soakSample),
  /** `time`: it lasted as long as it should; else the budget that it had nearly used up. */
  end: z.enum(soakEnds),
});
export type SoakRecord = z.infer<typeof record>;

export const soakRecord = defineEvidence({
  kind: 'soak-record',
  meaning: 'The readings of each metric while a client kept its own schedule in real time.',
  units: {
    segment: 'number, from 1',
    seconds: 'seconds since the client began',
    calls: 'calls',
    values: 'in the unit of the metric',
    interval: 'seconds',
    granularity: 'in the unit of the metric',
  },
  schema: record,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The growth rate of a daemon's log, by its own clock. */
const rates = z.strictObject({
  /** From its first line to its last one. */
  seconds: z.number(),
  /** Lines in all, without those that only a daemon in debug mode writes. */
  lines: z.int(),
  /** Lines that a lost network namespace leaves, by what they are: see daemon-log.ts. */
  patterns: z.record(z.string(), z.int()),
  /** Messages that are alike but for numbers and ids, most lines first. */
  shapes: z.array(z.strictObject({ shape: z.string(), lines: z.int() })),
});
export type LogRates = z.infer<typeof rates>;

export const logRates = defineEvidence({
  kind: 'log-rates',
  meaning: "The growth of the daemon's log while work was applied, by the daemon's own clock.",
  units: { seconds: 'seconds', lines: 'lines', patterns: 'lines by pattern' },
  schema: rates,
});

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

const tally = z.strictObject({
  asked: z.int().nonnegative(),
  /** With exit code 0, or as the work is: a held exec runs, a ping is answered. */
  done: z.int().nonnegative(),
  failures: z.record(z.string(), z.int().nonnegative()),
  seconds: z.number().nonnegative(),
});
export type ExecTally = z.infer<typeof tally>;

export const execTally = defineEvidence({
  kind: 'exec-tally',
  meaning:
    'The execs or health checks of a cell by their fate, those of the warm-up among them, and the time that they took.',
  units: {
    asked: 'units of work',
    done: 'units of work',
    failures: 'units of work by exit code, status or state',
    seconds: 'seconds',
  },
  schema: tally,
});

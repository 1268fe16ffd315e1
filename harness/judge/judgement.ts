import { z } from 'zod';
import { check, fact } from './check.ts';
import { slopeFigureRecord } from './verdict-record.ts';

/** The conclusion from the observations of a cell. */
export const judgementRecord = z.strictObject({
  /** The facts of the one line for the table. */
  observed: z.array(fact),
  /** As `observed`; absent when it is not known yet. */
  expected: z.array(fact).optional(),
  /** Why that is expected, and who says so. */
  reason: z.string(),
  reference: z.string(),
  checks: z.array(check),
  /** Lines with the numbers behind the verdict, shown for every cell. */
  figures: z.array(z.string()).optional(),
  /** The slopes among them as numbers, the deciding ones first: what nights are compared by. */
  slopes: z.array(slopeFigureRecord).optional(),
  /** Whether the bug itself showed, independent of what was expected: the question of `--bisect`. */
  bug: z.enum(['present', 'absent', 'unknown']),
});
export type Judgement = z.infer<typeof judgementRecord>;

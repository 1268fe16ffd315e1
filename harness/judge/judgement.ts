import type { SlopeFigure } from './verdict-record.ts';

/** One thing that was looked at, beside what was expected of it. */
export interface Check {
  what: string;
  observed: string;
  /** Absent when it is not known yet: such a check decides nothing. */
  expected?: string;
  asExpected: boolean;
  /** Set when the observations do not decide it: such a check is no surprise, and no pass either. */
  undecided?: true;
  /** Log lines and commands that show it. */
  evidence: string[];
}

/** The conclusion from the observations of a cell. */
export interface Judgement {
  /** One line for the table. */
  observed: string;
  /** One line for the table. */
  expected: string;
  /** Why that is expected, and who says so. */
  reason: string;
  reference: string;
  checks: Check[];
  /** Lines with the numbers behind the verdict, shown for every cell. */
  figures?: string[];
  /** The slopes among them as numbers, the deciding ones first: what nights are compared by. */
  slopes?: SlopeFigure[];
  /** Whether the bug itself showed, independent of what was expected: the question of `--bisect`. */
  bug: 'present' | 'absent' | 'unknown';
}

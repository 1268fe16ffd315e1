import type { Progress } from '../../vms/build.ts';
import type { VerdictRecord } from '../store/schema.ts';

/** Who watches a run, e.g. the live view. */
export interface RunObserver {
  cellDoes: (name: string, what: string) => void;
  cellEnded: (name: string, verdict: VerdictRecord) => void;
}

/** Shows what is going on until it is stopped. */
export interface ProgressView extends RunObserver, Disposable {
  /** How far the obtaining of something named has come. */
  obtaining: (name: string, progress: Progress) => void;
  obtained: (name: string) => void;
  /** How many cells there are to come, beside those that were said before. */
  expect: (cells: number) => void;
  /** A line that stays. */
  say: (line: string) => void;
}

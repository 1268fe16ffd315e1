import type { Progress } from '../../vms/build.ts';
import type { Activity } from '../store/activity.ts';
import type { VerdictRecord } from '../store/schema.ts';

/** An observer of a run, e.g. the live view. */
export interface RunObserver {
  cellDoes: (name: string, activity: Activity) => void;
  cellEnded: (name: string, verdict: VerdictRecord) => void;
}

/** Shows what is going on until it is stopped. */
export interface ProgressView extends RunObserver, Disposable {
  /** Reports the progress of a named download or build. */
  fetching: (name: string, progress: Progress) => void;
  fetched: (name: string) => void;
  /** Reports how many cells are still to come, in addition to those reported before. */
  expect: (cells: number) => void;
  /** A line that stays. */
  say: (line: string) => void;
}

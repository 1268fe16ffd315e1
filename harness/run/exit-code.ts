import { controlOf } from '../core/cell.ts';
import type { StoredRun } from '../store/read-run.ts';

/** Exit codes of every command. */
export const exitCodes = { asExpected: 0, unexpected: 1, inconclusive: 2, couldNotRun: 3, usage: 64 } as const;

/** Exit codes of `git bisect run` (git-bisect(1)). */
export const bisectCodes = { absent: 0, present: 1, couldNotTell: 125 } as const;

/** The exit code of a run. A cell without a verdict could not be run. */
export function exitCodeOf(stored: StoredRun): number {
  const outcomes = stored.cells.map(({ verdict }) => verdict?.outcome);
  if (outcomes.includes('unexpected')) return exitCodes.unexpected;
  if (outcomes.includes('inconclusive')) return exitCodes.inconclusive;
  const allRan = isComplete(stored) && outcomes.every((outcome) => outcome === 'as-expected');
  return allRan ? exitCodes.asExpected : exitCodes.couldNotRun;
}

/** The answer of `--bisect`: whether the bug itself showed, independent of what was expected. One cell that shows it is enough. */
export function bisectCodeOf(stored: StoredRun): number {
  const controls = stored.cells.filter(({ plan }) => controlOf(plan.cell) !== undefined);
  // An instrument that does not find its planted leak, or reports a leak in its clean run, decides nothing.
  if (controls.some(({ verdict }) => verdict?.outcome !== 'as-expected')) return bisectCodes.couldNotTell;
  const own = stored.cells.filter((cell) => !controls.includes(cell));
  const bugs = own.map(({ verdict }) => verdict?.judgement?.bug);
  if (bugs.includes('present')) return bisectCodes.present;
  const allTold = isComplete(stored) && bugs.every((bug) => bug === 'absent');
  return allTold ? bisectCodes.absent : bisectCodes.couldNotTell;
}

/** Whether the run has ended and has tried every cell that it planned. */
function isComplete({ run, cells }: StoredRun): boolean {
  const begun = new Set(cells.map(({ plan }) => plan.name));
  return run.state === 'finished' && run.cells.length > 0 && run.cells.every((name) => begun.has(name));
}

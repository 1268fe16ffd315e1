import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { cellName } from '../../core/cell.ts';
import type { CellTry, Used } from '../../run/dispatcher.ts';
import { tryName } from '../../run/in-process.ts';
import type { RunPlan } from '../../run/run-plan.ts';
import type { Activity } from '../../store/activity.ts';
import { openAttemptLog, type AttemptLog } from './attempt-log.ts';

/** A run whose cells a fleet runs. */
export interface FleetRun {
  readonly plan: RunPlan;
  readonly record: (used: Used) => void;
  readonly log: AttemptLog;
  /** Directory that takes the archives of its cells. */
  readonly place: string;
  /** Tries that have not come to their end. */
  remaining: number;
  /** Resolves when there are none left, or when the run is cancelled. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** What a host says of a try that it runs. */
export interface Seen {
  host: string;
  attempt: number;
  doing?: Activity;
  /** Whether this attempt was not heard of before. */
  isNew: boolean;
}

/** Records that an attempt began, and shows its activity. */
export function noteSeen({ run, id, one }: { run: FleetRun; id: string; one: CellTry }, seen: Seen): void {
  const { host, attempt, doing, isNew } = seen;
  if (isNew) run.log({ code: 'attempt-began', job: id, cell: cellName(one.cell), number: one.number, attempt, host });
  if (doing) run.plan.observer.cellDoes(tryName(one), doing);
}

/** Makes the place of a run's archives. */
export async function openFleetRun(
  plan: RunPlan,
  tries: number,
  record: (used: Used) => void,
): Promise<FleetRun & AsyncDisposable> {
  const place = path.join(plan.directory.path, 'handover');
  await mkdir(place, { recursive: true });
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  if (tries === 0) end();
  return {
    plan,
    record,
    log: openAttemptLog(plan.directory.path),
    place,
    remaining: tries,
    over,
    end,
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
  };
}

/** One try of a run has come to its end. */
export function endOne(run: FleetRun): void {
  run.remaining--;
  if (run.remaining === 0) run.end();
}

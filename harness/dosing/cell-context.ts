import type { DockerBuild } from '../../vms/build.ts';
import type { Cell } from '../core/cell.ts';
import type { Share } from '../core/outcome.ts';
import type { Kernel } from '../fetch/kernel.ts';
import type { Budget, Machine } from '../machine/contract.ts';
import type { Activity } from '../store/activity.ts';
import type { EmitEvent } from '../store/event.ts';

/** The context of a scenario's protocol. */
export interface CellContext {
  cell: Cell;
  /** The size with this name in the scenario; the default, unless the run has another. */
  size: (name: string) => number;
  /** Of scenarios that need a daemon; {@link buildOf} for those. */
  build?: DockerBuild;
  /** Of scenarios that need a kernel. */
  kernel?: Kernel;
  /** The build that `Scenario.companion` asked for; the machine shows it where upgrade.ts says. */
  companion?: DockerBuild;
  machine: Machine;
  /** What the cell may use: its scenario's, and the time that the user gives its protocol. */
  budget: Budget;
  /** Appends an event to the cell's record, with its time. */
  event: EmitEvent;
  /** The cell's time, by phase. */
  phase: <T>(share: Share, doing: Activity, work: () => Promise<T>) => Promise<T>;
  /** Shows what the cell is doing now, without a record of it. */
  doing: (activity: Activity) => void;
  /** A file that the same cell has left in the run that this one resumes; absent where it resumes none; the file need not exist. */
  earlier?: (name: string) => string;
  /** A file of the cell's directory for a log. */
  logFile: (name: string) => string;
  signal: AbortSignal;
}

/** The docker build of a cell whose scenario needs a daemon. */
export function buildOf({ build }: Pick<CellContext, 'build'>): DockerBuild {
  if (!build) throw new RangeError('this scenario needs no daemon, and its cells have none');
  return build;
}

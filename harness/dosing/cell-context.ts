import type { DockerBuild } from '../../vms/build.ts';
import type { Cell } from '../core/cell.ts';
import type { Share } from '../core/outcome.ts';
import type { Kernel } from '../fetch/kernel.ts';
import type { Machine } from '../machine/contract.ts';

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
  /** Appends an event to the cell's record, with its time. */
  event: (what: string, data?: Record<string, unknown>) => void;
  /** The cell's time, by phase. */
  phase: <T>(share: Share, what: string, work: () => Promise<T>) => Promise<T>;
  /** A file of the cell's directory for a log. */
  logFile: (name: string) => string;
  signal: AbortSignal;
}

/** The docker build of a cell whose scenario needs a daemon. */
export function buildOf({ build }: Pick<CellContext, 'build'>): DockerBuild {
  if (!build) throw new RangeError('this scenario needs no daemon, and its cells have none');
  return build;
}

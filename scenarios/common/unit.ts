import { startDockerd, type Dockerd, type DockerdOptions } from '../../harness/daemons/dockerd.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import type { DockerBuild } from '../../vms/build.ts';

/** The settings of a cell's unit. */
export type Unit = Omit<DockerdOptions, 'log'>;

/** The settings that differ between starts of a cell's unit. */
export interface Start {
  /** The starts of a cell are counted from 1, and each has a log of its own. A cell with one start has no number. */
  number?: number;
  /** When it is another build than the cell's. */
  build?: DockerBuild;
  /** More for the record of the start. */
  notes?: Record<string, unknown>;
}

/** Starts the dockerd of a cell as its unit says. */
export function startUnit(
  context: CellContext,
  unit: Unit,
  { number, build = buildOf(context), notes }: Start = {},
): Promise<Dockerd> {
  const { machine, event, phase } = context;
  const what = number === undefined ? 'starting dockerd' : `starting dockerd (start ${number})`;
  return phase('dockerd starts and stops', what, async () => {
    const daemon = await startDockerd(machine, build, { ...unit, log: context.logFile(unitLog(number)) });
    const start = number === undefined ? {} : { start: number };
    event('dockerd answers', { ...start, pid: daemon.pid, command: daemon.command, ...notes });
    return daemon;
  });
}

/** The daemon's log of a start, in the cell's directory. */
export function unitLog(number?: number): string {
  return number === undefined ? 'dockerd.log' : `dockerd-${number}.log`;
}

import { startDockerd, type Dockerd, type DockerdOptions } from '../../harness/daemons/dockerd.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import type { DockerBuild } from '../../vms/build.ts';

/** The settings of a cell's unit. */
export type DaemonUnit = Omit<DockerdOptions, 'log'>;

/** The settings that differ between starts of a cell's unit. */
export interface Start {
  /** The starts of a cell are counted from 1, and each has a log of its own. A cell with one start has no number. */
  number?: number;
  /** When it is another build than the cell's. */
  build?: DockerBuild;
  /** Set where the settings of the unit change within the cell: they are in the event of the start. */
  settings?: { mountFlags: string; build: 'installed' | 'companion' };
}

/** Starts the dockerd of a cell as its unit says. */
export function startDaemonUnit(
  context: CellContext,
  unit: DaemonUnit,
  { number, build = buildOf(context), settings }: Start = {},
): Promise<Dockerd> {
  const { machine, event, phase } = context;
  const start = number === undefined ? {} : { start: number };
  return phase('dockerd starts and stops', { activity: 'starting-daemon', ...start }, async () => {
    const daemon = await startDockerd(machine, build, { ...unit, log: context.logFile(unitLog(number)) });
    const { pid, command } = daemon;
    event({ code: 'daemon-answers', ...start, pid, command, ...(settings && { unit: settings }) });
    return daemon;
  });
}

/** The daemon's log of a start, in the cell's directory. */
export function unitLog(number?: number): string {
  return number === undefined ? 'dockerd.log' : `dockerd-${number}.log`;
}

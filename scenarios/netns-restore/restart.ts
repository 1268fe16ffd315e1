import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startDaemonUnit, type DaemonUnit } from '../common/unit.ts';

/**
 * Stops the unit of a cell, and starts it anew.
 *
 * @param number of the restart, from 1
 */
export async function restart(
  context: CellContext,
  unit: DaemonUnit,
  daemon: Dockerd,
  number: number,
): Promise<Dockerd> {
  const { event, phase } = context;
  const stopped = await phase(
    'dockerd starts and stops',
    { activity: 'stopping-daemon', restart: number },
    daemon.stop,
  );
  event({ code: 'daemon-stopped', ...stopped });
  return startDaemonUnit(context, unit, { number: number + 1 });
}

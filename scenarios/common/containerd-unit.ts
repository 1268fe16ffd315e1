import { startContainerd, type Containerd } from '../../harness/daemons/containerd.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import type { ContainerdLevel } from './containerd-factor.ts';

/** The log of a containerd with a unit of its own, in the cell's directory. */
const containerdLog = 'containerd.log';

/**
 * Starts the containerd of a cell before its dockerd, where the cell has one with a unit of its own; it ends with the cell.
 *
 * @returns undefined where dockerd starts its own
 * @throws {LabError} with the end of its log when it does not come up
 */
export function startContainerdUnit(
  context: CellContext,
  containerd: ContainerdLevel,
): Promise<Containerd | undefined> {
  if (containerd === 'managed') return Promise.resolve(undefined);
  const { machine, event, phase, logFile } = context;
  return phase('dockerd starts and stops', { activity: 'starting-containerd' }, async () => {
    const started = await startContainerd(machine, buildOf(context), logFile(containerdLog));
    event({ code: 'containerd-listens', pid: started.pid, command: started.command });
    return started;
  });
}

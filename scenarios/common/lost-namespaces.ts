import { runContainers, waitUntilRunning, type Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startDaemonUnit } from './unit.ts';

/** CentOS 7's systemd and MountFlags=slave, from where the reports came. */
const unit = { systemd: '219', mountFlags: 'slave', liveRestore: true } as const;

/** Restarts a daemon as the reports had it: CentOS 7's systemd, MountFlags=slave, live-restore. Ends with start 2. */
export async function loseNamespaces(
  context: CellContext,
  containerCount: number,
  beforeTheStop: (daemon: Dockerd, containers: Container[]) => Promise<void> = async () => {},
): Promise<{ daemon: Dockerd; containers: Container[] }> {
  const { machine, phase } = context;
  const before = await startDaemonUnit(context, unit, { number: 1 });
  const containers = await phase('containers', { activity: 'starting-containers', count: containerCount }, () =>
    runContainers(machine, before.engine, containerCount),
  );
  await beforeTheStop(before, containers);
  await phase('dockerd starts and stops', { activity: 'stopping-daemon' }, before.stop);
  const daemon = await startDaemonUnit(context, unit, { number: 2 });
  await waitUntilRunning(machine, daemon.engine, containers);
  return { daemon, containers };
}

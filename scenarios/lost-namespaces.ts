import { runContainers, waitUntilRunning, type Container } from '../harness/daemons/containers.ts';
import { startDockerd, type Dockerd } from '../harness/daemons/dockerd.ts';
import type { MountFlags } from '../harness/daemons/mount-flags.ts';
import { buildOf, type CellContext } from '../harness/scenario.ts';

/** Starts the dockerd of a cell as CentOS 7's systemd would, with live-restore; start `number` has a log of its own. */
export function startUnit(context: CellContext, number: number, mountFlags: MountFlags): Promise<Dockerd> {
  const { machine, event } = context;
  return context.phase('dockerd starts and stops', `starting dockerd (start ${number})`, async () => {
    const log = context.logFile(`dockerd-${number}.log`);
    const daemon = await startDockerd(machine, buildOf(context), {
      systemd: '219',
      mountFlags,
      liveRestore: true,
      log,
    });
    event('dockerd answers', { start: number, pid: daemon.pid, command: daemon.command });
    return daemon;
  });
}

/** Restarts a daemon as the reports had it: CentOS 7's systemd, MountFlags=slave, live-restore. Ends with start 2. */
export async function loseNamespaces(
  context: CellContext,
  containerCount: number,
  beforeTheStop: (daemon: Dockerd, containers: Container[]) => Promise<void> = async () => {},
): Promise<{ daemon: Dockerd; containers: Container[] }> {
  const { machine, phase } = context;
  const before = await startUnit(context, 1, 'slave');
  const containers = await phase('containers', `starting ${containerCount} containers`, () =>
    runContainers(machine, before.engine, containerCount),
  );
  await beforeTheStop(before, containers);
  await phase('dockerd starts and stops', 'stopping dockerd', before.stop);
  const daemon = await startUnit(context, 2, 'slave');
  await waitUntilRunning(machine, daemon.engine, containers);
  return { daemon, containers };
}

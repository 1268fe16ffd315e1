import { createContainer, importImage, runContainer, type Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import { answerTo } from '../../harness/daemons/answer.ts';
import { limitOn } from '../../harness/machine/limit-on.ts';
import type { Running } from '../../harness/machine/contract.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { ContainerStarts } from '../common/container-starts.ts';
import { startContainerdUnit } from '../common/containerd-unit.ts';
import { noneStarted } from '../common/judge-starts.ts';
import { startDaemonUnit } from '../common/unit.ts';
import type { MountBusyObservations } from './observations.ts';
import { level } from './factors.ts';

/** The protocol of mount-busy. */
export async function observe(context: CellContext): Promise<MountBusyObservations> {
  const { cell, machine, event, phase } = context;
  const containerd = await startContainerdUnit(context, level(cell, 'containerd'));
  const daemon = await startDaemonUnit(context, {
    systemd: level(cell, 'systemd'),
    mountFlags: level(cell, 'mountFlags'),
    liveRestore: false,
    ...(containerd && { containerd }),
  });
  await phase('containers', { activity: 'importing-image' }, () => importImage(machine, daemon.engine));
  const starts = containerd && new ContainerStarts(context);
  const { id } = await startHeld(context, daemon, starts);
  const container = daemon.engine.getContainer(id);
  const { GraphDriver } = await container.inspect();
  const merged = (GraphDriver.Data as Record<string, string> | null)?.['MergedDir'];
  const isHeld = level(cell, 'holder') !== 'none';
  const holder = isHeld ? await startHolder(context) : undefined;
  const held = async () => {
    if (!holder) return [];
    const mounts = (await machine.readFile(`/proc/${holder.pid}/mountinfo`)).toString().split('\n');
    // Fields of proc_pid_mountinfo(5): the fifth is where it is mounted.
    const points = mounts.map((line) => line.split(' ')[4] ?? '');
    return points.filter((point) => point === merged || point.includes(id));
  };
  const copied = await held();
  event({ code: 'mounts-copied', pid: holder?.pid, copied });

  // A container that does not run is not modified by a stop: the daemon says so with 304, which the client calls an error.
  if (!noneStarted(starts?.all)) {
    await phase('containers', { activity: 'stopping-container', container: 'held' }, () => container.stop({ t: 0 }));
  }
  const removal = await phase('containers', { activity: 'removing-container', container: 'held' }, () =>
    answerTo(() => container.remove()),
  );
  event({ code: 'container-removed', ...removal });
  const state = await container.inspect().then(
    ({ State }) => State.Status,
    () => undefined,
  );
  const left = await held();
  event({ code: 'mounts-left', state, left });
  const switchFile = await machine.readFile('/proc/sys/fs/may_detach_mounts').catch(() => undefined);
  return {
    release: machine.description.kernel,
    ...(switchFile && { mayDetachMounts: switchFile.toString().trim() }),
    storageDriver: GraphDriver.Name,
    copied,
    removal,
    ...(state !== undefined && { state }),
    left,
    ...(starts && { starts: starts.all }),
  };
}

/** Starts the container; where a refusal is an observation, one that is refused is there all the same. */
async function startHeld(
  { machine, phase }: CellContext,
  daemon: Dockerd,
  starts: ContainerStarts | undefined,
): Promise<Container> {
  if (!starts) {
    return phase('containers', { activity: 'starting-container', container: 'held' }, () =>
      runContainer(machine, daemon.engine, 'held'),
    );
  }
  const held = await createContainer(daemon.engine, 'held');
  await starts.ask(daemon, 1, [held]);
  return held;
}

/** Seconds, on a host, until a process has a mount namespace of its own. */
const holderLimit = 10;

/** Starts a process that does nothing but have a copy of all mounts of the machine. */
async function startHolder({ machine, logFile }: CellContext): Promise<Running> {
  const command = ['/usr/bin/unshare', '--mount', '--propagation', 'private', 'busybox', 'sleep', '86400'];
  const holder = await machine.start(command, { log: logFile('holder.log') });
  const namespaces = ['/proc/1/ns/mnt', `/proc/${holder.pid}/ns/mnt`];
  const read = () => readOutput({ machine }, 'mount namespaces', ['busybox', 'stat', '-L', '-c', '%i', ...namespaces]);
  const differ = (seen: string) => new Set(seen.split('\n')).size === 2;
  await waitFor('waiting for the other mount namespace', 'two namespaces', read, differ, limitOn(machine, holderLimit));
  return holder;
}

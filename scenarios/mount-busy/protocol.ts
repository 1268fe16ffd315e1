import { importImage, runContainer } from '../../harness/daemons/containers.ts';
import { until } from '../../harness/dosing/until.ts';
import { messageOf } from '../../harness/core/errors.ts';
import type { Running } from '../../harness/machine/contract.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startUnit } from '../common/unit.ts';
import type { MountBusyObservations } from './observations.ts';
import { level } from './factors.ts';

/** The protocol of mount-busy. */
export async function observe(context: CellContext): Promise<MountBusyObservations> {
  const { cell, machine, event, phase } = context;
  const daemon = await startUnit(context, {
    systemd: level(cell, 'systemd'),
    mountFlags: level(cell, 'mountFlags'),
    liveRestore: false,
  });
  await phase('containers', 'importing the image', () => importImage(machine, daemon.engine));
  const { id } = await phase('containers', 'starting a container', () => runContainer(daemon.engine, 'held'));
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
  event('the other namespace', { pid: holder?.pid, copied });

  await phase('containers', 'stopping the container', () => container.stop({ t: 0 }));
  const removal = await phase('containers', 'removing it', () => answerTo(() => container.remove()));
  event('removed', removal);
  const state = await container.inspect().then(
    ({ State }) => State.Status,
    () => undefined,
  );
  const left = await held();
  event('afterwards', { state, left });
  const switchFile = await machine.readFile('/proc/sys/fs/may_detach_mounts').catch(() => undefined);
  return {
    release: machine.description.kernel,
    ...(switchFile && { mayDetachMounts: switchFile.toString().trim() }),
    storageDriver: GraphDriver.Name,
    copied,
    removal,
    ...(state !== undefined && { state }),
    left,
  };
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
  const limit = holderLimit * (machine.description.slowness ?? 1);
  await until('waiting for the other mount namespace', 'two namespaces', read, differ, limit);
  return holder;
}

/** The status of an answer, and what the daemon says when it is an error. */
async function answerTo(ask: () => Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await ask();
    return { status: 204, message: '' };
  } catch (error) {
    const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    // No answer at all is no observation.
    if (typeof status !== 'number') throw error;
    return { status, message: messageOf(error) };
  }
}

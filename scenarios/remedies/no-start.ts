import { watchOutage } from '../../harness/clients/outage.ts';
import type { Containerd } from '../../harness/daemons/containerd.ts';
import { createContainer, createContainers } from '../../harness/daemons/containers.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { ContainerStarts } from '../common/container-starts.ts';
import { startDaemonUnit } from '../common/unit.ts';
import { startRemedies, type StartRemedyName } from './actions.ts';
import { HostDaemon } from './host-daemon.ts';
import type { RemedyObservations } from './observations.ts';

/**
 * The protocol of a host whose containerd has a unit of its own: under MountFlags=slave its containers do not start, so that no namespace
 * is lost and no call hangs. What is measured is whether they start after the remedy, and after the next restart of dockerd.
 */
export async function observeNoStart(
  context: CellContext,
  containerd: Containerd,
  remedy: StartRemedyName,
  count: number,
): Promise<RemedyObservations> {
  const { machine, phase, event } = context;
  const unit = { systemd: '219', mountFlags: 'slave', liveRestore: true, containerd } as const;
  const daemon = await startDaemonUnit(context, unit, { number: 1 });
  const containers = await phase('containers', { activity: 'starting-containers', count }, () =>
    createContainers(machine, daemon.engine, count),
  );
  const host = new HostDaemon(context, daemon, 1, containerd);
  const before = new ContainerStarts(context);
  const remedied = new ContainerStarts(context);
  const restarted = new ContainerStarts(context);
  await before.ask(host.current, host.starts, containers);

  const watch = watchOutage(daemon.connect);
  const begin = performance.now();
  const refusals = await startRemedies[remedy]({
    containers,
    get daemon() {
      return host.current;
    },
    restart: (changes) => host.restart(changes),
  });
  const seconds = (performance.now() - begin) / 1000;
  const outageSeconds = await watch.end();
  event({ code: 'remedy-applied', remedy, refusals, seconds, outageSeconds });

  const ask = async (starts: ContainerStarts, name: string) => {
    const { engine } = host.current;
    await starts.ask(host.current, host.starts, [...containers, await createContainer(engine, name)]);
  };
  await ask(remedied, 'fresh');
  await host.restart();
  await ask(restarted, 'next');
  return {
    refusals,
    seconds,
    outageSeconds,
    starts: { before: before.all, remedied: remedied.all, restarted: restarted.all },
  };
}

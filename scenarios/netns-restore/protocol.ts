import { readFile } from 'node:fs/promises';
import { callStats } from '../../harness/clients/stats-call.ts';
import { streamStats } from '../../harness/clients/stats-stream.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { countTicks } from '../../harness/clients/tick-counter.ts';
import {
  createContainer,
  createContainers,
  readFacts,
  readFactsOf,
  runContainer,
  runContainers,
  waitUntilRunning,
  type Container,
  type ContainerSettings,
} from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { probeNetnsFiles } from '../../harness/probes/netns-files.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { ContainerStarts } from '../common/container-starts.ts';
import { startContainerdUnit } from '../common/containerd-unit.ts';
import { startDaemonUnit, unitLog, type DaemonUnit } from '../common/unit.ts';
import { observeNoStart } from './no-start.ts';
import { holdersOf, knownEndpoints, linesOf, restored } from './readings.ts';
import { restart } from './restart.ts';
import { containerSettings, createNetwork, observeNext, observeSetup } from './observe-setup.ts';
import { setupOf } from './setups.ts';
import { type NetnsRestoreObservations } from './observations.ts';
import { flagsAdded, level, nextContainer, restarts } from './factors.ts';

/** The number of containers that run while the daemon is restarted. */
export const containers = { usual: 3, least: 1 };

/**
 * Ticks of the collector that a stats call is given. A non-stream call waits for two publications, so a healthy
 * one is answered within {@link burstTicks}.
 */
export const ticks = { usual: 5, least: burstTicks };

/** The protocol of netns-restore. */
export async function observe(context: CellContext): Promise<NetnsRestoreObservations> {
  const { cell, machine, event, phase } = context;
  const setup = setupOf(level(cell, 'setup'));
  const settings = containerSettings(setup);
  const containerd = await startContainerdUnit(context, level(cell, 'containerd'));
  const unit: DaemonUnit = {
    systemd: level(cell, 'systemd'),
    mountFlags: level(cell, 'mountFlags'),
    liveRestore: level(cell, 'liveRestore') === 'on',
    ...(containerd && { containerd }),
    ...(setup.features && { features: setup.features }),
  };
  const last = restarts[level(cell, 'starts')];
  const addsFlags = level(cell, 'starts') === flagsAdded;
  const first: DaemonUnit = addsFlags ? { ...unit, mountFlags: 'unset' } : unit;
  let daemon = await startDaemonUnit(context, first, { number: 1 });
  if (setup.network) await createNetwork(daemon.engine, setup.network);
  const starts = containerd || addsFlags ? new ContainerStarts(context) : undefined;
  const made = await startContainers(context, daemon, settings, starts);
  const running = made.started;
  if (starts && running.length === 0) {
    return observeNoStart(context, { unit, daemon, starts, settings, created: made.created, last });
  }
  const factsOf = () => readFactsOf(machine, daemon.engine, running, settings.network);
  // Never restarted, it keeps its namespace: where no new container starts, the ticks of the collector are seen by it.
  const older = addsFlags ? await runContainer(machine, daemon.engine, 'older', settings) : undefined;
  let before = await phase('containers', { activity: 'reading-containers' }, factsOf);
  let netnsPaths = before.map(({ netnsPath }) => netnsPath);
  event({ code: 'containers-read', after: 'first-start', containers: before });

  for (let number = 1; number <= last; number++) {
    daemon = await restart(context, unit, daemon, number);
    await phase('dockerd starts and stops', { activity: 'waiting-for-containers' }, () =>
      waitUntilRunning(machine, daemon.engine, running),
    );
    // Without live-restore the containers were started anew, in new namespaces.
    if (!unit.liveRestore) netnsPaths = (await factsOf()).map(({ netnsPath }) => netnsPath);
    if (addsFlags && starts && number === 1) {
      await starts.ask(daemon, number + 1, running, 'restart');
      await waitUntilRunning(machine, daemon.engine, running);
      before = await factsOf();
      netnsPaths = before.map(({ netnsPath }) => netnsPath);
      event({ code: 'containers-read', after: 'first-start', containers: before });
    }
  }

  const after = await phase('containers', { activity: 'reading-containers' }, factsOf);
  event({ code: 'containers-read', after: 'last-start', containers: after });
  const netnsFiles = await phase('harness', { activity: 'reading-netns-files' }, () =>
    probeNetnsFiles(machine, daemon.pid, netnsPaths),
  );
  event({ code: 'netns-files', files: netnsFiles });
  const endpoints = await phase('containers', { activity: 'reading-bridge' }, () =>
    knownEndpoints(daemon, settings.network),
  );
  const ofSetup = await phase('containers', { activity: 'reading-containers' }, () =>
    observeSetup(machine, daemon.engine, setup, running),
  );
  const next =
    addsFlags && starts
      ? await askForNext(context, daemon, settings, starts)
      : await phase('containers', { activity: 'starting-container', container: nextContainer }, () =>
          runContainer(machine, daemon.engine, nextContainer, settings),
        );
  const { address } = next
    ? await phase('containers', { activity: 'reading-container', container: nextContainer }, () =>
        readFacts(machine, daemon.engine, next, settings.network),
      )
    : { address: '' };
  const ofNext = next
    ? await phase('containers', { activity: 'reading-container', container: nextContainer }, () =>
        observeNext(machine, daemon.engine, setup, next, ofSetup.ipv6),
      )
    : {};
  if (next) event({ code: 'container-started', container: next.name, address });

  const ticking = older ?? next;
  if (!ticking) throw new RangeError('no container runs whose namespace is in order');
  const tickLimit = context.size('ticks');
  const { stats, streams } = await phase(
    'dockerd ticks',
    { activity: 'asking-for-stats', containers: running.length, ticks: tickLimit },
    () => askForStats(daemon, running, ticking, tickLimit),
  );
  event({ code: 'stats-answered', calls: stats, streams });

  const log = await readFile(context.logFile(unitLog(last + 1)), 'utf8');
  return {
    netnsFiles,
    ...linesOf(log),
    tickLimit,
    stats,
    streams,
    containers: after.map((facts, i) => restored(facts, before[i], endpoints.has(running[i]?.id ?? ''))),
    next: { address, heldBy: holdersOf(address, after) },
    ...(starts && { starts: starts.all }),
    ...ofSetup,
    ...ofNext,
  };
}

/** Starts the containers; where a refusal is an observation, those that the daemon refuses are among the created ones alone. */
async function startContainers(
  { machine, phase, size }: CellContext,
  daemon: Dockerd,
  settings: ContainerSettings,
  starts: ContainerStarts | undefined,
): Promise<{ created: Container[]; started: Container[] }> {
  const count = size('containers');
  const make = starts ? createContainers : runContainers;
  const created = await phase('containers', { activity: 'starting-containers', count }, () =>
    make(machine, daemon.engine, count, settings),
  );
  return { created, started: starts ? await starts.ask(daemon, 1, created) : created };
}

/** Asks for a container more; undefined when the daemon has refused it. */
async function askForNext(
  { cell }: CellContext,
  daemon: Dockerd,
  settings: ContainerSettings,
  starts: ContainerStarts,
): Promise<Container | undefined> {
  const next = await createContainer(daemon.engine, nextContainer, settings);
  const [started] = await starts.ask(daemon, restarts[level(cell, 'starts')] + 1, [next]);
  return started;
}

/** Asks each container for its stats once and as a stream, for so many ticks of a container whose namespace is in order. */
async function askForStats(
  { connect }: Dockerd,
  asked: readonly Container[],
  ticking: Container,
  tickLimit: number,
): Promise<Pick<NetnsRestoreObservations, 'stats' | 'streams'>> {
  using counter = await countTicks(connect, ticking.id);
  await counter.reached(1);
  const calls = asked.map((one) => callStats(connect, one, counter, tickLimit));
  const streaming = asked.map((one) => streamStats(connect, one, counter, tickLimit));
  // Awaited together: when one breaks, so do the others, and none of them may do it unheard.
  const [stats, streams] = await Promise.all([Promise.all(calls), Promise.all(streaming)]);
  return { stats, streams };
}

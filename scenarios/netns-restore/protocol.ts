import { readFile } from 'node:fs/promises';
import { callStats } from '../../harness/clients/stats-call.ts';
import { streamStats } from '../../harness/clients/stats-stream.ts';
import { burstTicks } from '../../harness/dosing/answers.ts';
import { countTicks } from '../../harness/clients/tick-counter.ts';
import {
  readFacts,
  runContainer,
  runContainers,
  waitUntilRunning,
  type Container,
  type ContainerFacts,
} from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { matchingLines, patterns } from '../../harness/probes/daemon-log.ts';
import { probeNetnsFiles } from '../../harness/probes/netns-files.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { startUnit, unitLog, type Unit } from '../common/unit.ts';
import { type NetnsRestoreObservations } from './observations.ts';
import { level, restarts } from './factors.ts';

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
  const unit = {
    systemd: level(cell, 'systemd'),
    mountFlags: level(cell, 'mountFlags'),
    liveRestore: level(cell, 'liveRestore') === 'on',
  };
  let daemon = await startUnit(context, unit, { number: 1 });
  const running = await startContainers(context, daemon);
  const factsOf = () => Promise.all(running.map((one) => readFacts(machine, daemon.engine, one)));
  const before = await phase('containers', 'reading the containers', factsOf);
  let netnsPaths = before.map(({ netnsPath }) => netnsPath);
  event('containers run', { containers: before });

  const last = restarts[level(cell, 'starts')];
  for (let number = 1; number <= last; number++) {
    daemon = await restart(context, unit, daemon, number);
    await phase('dockerd starts and stops', 'waiting for the containers', () =>
      waitUntilRunning(machine, daemon.engine, running),
    );
    // Without live-restore the containers were started anew, in new namespaces.
    if (!unit.liveRestore) netnsPaths = (await factsOf()).map(({ netnsPath }) => netnsPath);
  }

  const after = await phase('containers', 'reading the containers', factsOf);
  event('containers after the last start', { containers: after });
  const netnsFiles = await phase('harness', 'reading the netns files', () =>
    probeNetnsFiles(machine, daemon.pid, netnsPaths),
  );
  event('netns files', { netnsFiles });
  const endpoints = await phase('containers', 'reading the bridge', () => knownEndpoints(daemon));
  const next = await phase('containers', 'starting the next container', () => runContainer(daemon.engine, 'next'));
  const { address } = await phase('containers', 'reading the next container', () =>
    readFacts(machine, daemon.engine, next),
  );
  event('next container', { address });

  const tickLimit = context.size('ticks');
  const { stats, streams } = await phase('dockerd ticks', `asking for stats for ${tickLimit} ticks`, () =>
    askForStats(daemon, running, next, tickLimit),
  );
  event('stats', { stats, streams });

  const log = await readFile(context.logFile(unitLog(last + 1)), 'utf8');
  return {
    netnsFiles,
    restoreErrors: matchingLines(log, patterns.restoreError),
    collectingStats: matchingLines(log, patterns.collectingStats),
    tickLimit,
    stats,
    streams,
    containers: after.map((facts, i) => ({
      name: facts.name,
      running: facts.running,
      sameProcess: facts.pid === before[i]?.pid,
      address: facts.address,
      recordedAddress: facts.recordedAddress,
      reachesGateway: facts.reachesGateway,
      endpointKnown: endpoints.has(running[i]?.id ?? ''),
    })),
    next: { address, heldBy: holdersOf(address, after) },
  };
}

function startContainers({ machine, phase, size }: CellContext, { engine }: Dockerd): Promise<Container[]> {
  const count = size('containers');
  return phase('containers', `importing the image, starting ${count} containers`, () =>
    runContainers(machine, engine, count),
  );
}

/** @param number of the restart, from 1 */
async function restart(context: CellContext, unit: Unit, daemon: Dockerd, number: number): Promise<Dockerd> {
  const { event, phase } = context;
  const stopped = await phase('dockerd starts and stops', `stopping dockerd (restart ${number})`, daemon.stop);
  event('dockerd stopped', stopped);
  return startUnit(context, unit, { number: number + 1 });
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

async function knownEndpoints(daemon: Dockerd): Promise<Set<string>> {
  const { Containers } = await daemon.engine.getNetwork('bridge').inspect();
  return new Set(Object.keys(Containers ?? {}));
}

function holdersOf(address: string, candidates: ContainerFacts[]): string[] {
  return candidates.filter((one) => address !== '' && one.address === address).map(({ name }) => name);
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { callStats, statsCall } from '../harness/clients/stats-call.ts';
import { statsStream, streamStats } from '../harness/clients/stats-stream.ts';
import { burstTicks } from '../harness/dosing/answers.ts';
import { countTicks } from '../harness/clients/tick-counter.ts';
import {
  readFacts,
  runContainer,
  runContainers,
  waitUntilRunning,
  type Container,
  type ContainerFacts,
} from '../harness/daemons/containers.ts';
import type { Dockerd } from '../harness/daemons/dockerd.ts';
import { mountFlags, mountFlagsOf, systemdEras } from '../harness/daemons/mount-flags.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { logLine, matchingLines, patterns } from '../harness/probes/daemon-log.ts';
import { netnsFile, probeNetnsFiles } from '../harness/probes/netns-files.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { judgeNetnsRestore } from './netns-restore-judge.ts';
import { startUnit, unitLog, type Unit } from './unit.ts';

/** How many containers run while the daemon is restarted. */
const containers = { usual: 3, least: 1 };

/**
 * Ticks of the collector that a stats call is given. A non-stream call waits for two publications, so a healthy
 * one is answered within {@link burstTicks}.
 */
const ticks = { usual: 5, least: burstTicks };

/** How often the unit is restarted for each level of `starts`. */
const restarts: Readonly<Record<string, number>> = { fresh: 0, restarted: 1, 'restarted-twice': 2 };

const container = z.strictObject({
  name: z.string(),
  running: z.boolean(),
  /** Whether it is the process of before the restart. */
  sameProcess: z.boolean(),
  address: z.string(),
  recordedAddress: z.string(),
  reachesGateway: z.boolean(),
  /** Whether the daemon's bridge network still lists it. */
  endpointKnown: z.boolean(),
});

const observations = z.strictObject({
  netnsFiles: z.array(netnsFile),
  restoreErrors: z.array(logLine),
  collectingStats: z.array(logLine),
  tickLimit: z.int(),
  stats: z.array(statsCall),
  streams: z.array(statsStream),
  containers: z.array(container),
  /** The container that was started last, and whoever of the others holds the address it got. */
  next: z.strictObject({ address: z.string(), heldBy: z.array(z.string()) }),
});
export type NetnsRestoreObservations = z.infer<typeof observations>;

/** What a restart under live-restore does to network namespaces. */
export const netnsRestore: Scenario<NetnsRestoreObservations> = {
  name: 'netns-restore',
  claim:
    'A dockerd that is restarted under live-restore loses the network namespaces of its running containers ' +
    'when its MountFlags gave it a mount namespace of its own.',
  references: ['moby/moby#30274', 'moby/moby#29921', 'moby/moby#33656', 'moby/moby#35873'],
  factors: [
    { name: 'mountFlags', levels: mountFlags },
    { name: 'liveRestore', levels: ['on', 'off'], aliases: { true: 'on', false: 'off', yes: 'on', no: 'off' } },
    { name: 'starts', levels: Object.keys(restarts), aliases: { 'restarted twice': 'restarted-twice' } },
    // CentOS 7, from where the reports came, has 219; the others are a matter of --only systemd=…
    { name: 'systemd', levels: systemdEras.map(({ version }) => version), defaults: ['219'] },
  ],
  sizes: { containers, ticks },
  // Measured: some 250 MiB of memory for a cell of 26.1.5, 20 MiB of disk, 20 s of time with six side by side.
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeNetnsRestore,
};

async function observe(context: CellContext): Promise<NetnsRestoreObservations> {
  const { cell, machine, event, phase } = context;
  const unit = {
    systemd: levelOf(cell, 'systemd'),
    mountFlags: mountFlagsOf(levelOf(cell, 'mountFlags')),
    liveRestore: levelOf(cell, 'liveRestore') === 'on',
  };
  let daemon = await startUnit(context, unit, { number: 1 });
  const running = await startContainers(context, daemon);
  const factsOf = () => Promise.all(running.map((one) => readFacts(machine, daemon.engine, one)));
  const before = await phase('containers', 'reading the containers', factsOf);
  let netnsPaths = before.map(({ netnsPath }) => netnsPath);
  event('containers run', { containers: before });

  const last = restarts[levelOf(cell, 'starts')] ?? 0;
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

import { z } from 'zod';
import { behaviourNamed, behaviours } from '../harness/clients/behaviour.ts';
import { startClient, type Client } from '../harness/clients/engine/client.ts';
import { report } from '../harness/clients/engine/protocol.ts';
import { callStats, statsCall } from '../harness/clients/stats-call.ts';
import { countTicks, type TickCounter } from '../harness/clients/tick-counter.ts';
import { runContainer, runContainers, waitUntilRunning, type Container } from '../harness/daemons/containers.ts';
import { startDockerd, type Dockerd } from '../harness/daemons/dockerd.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { until } from '../harness/dosing/until.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { startsBeside } from '../harness/machines/machine.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { caller, probeCallers } from '../harness/probes/callers.ts';
import { connections } from '../harness/probes/connections.ts';
import { fds } from '../harness/probes/fds.ts';
import { goRuntime } from '../harness/probes/go-runtime.ts';
import { processStatus } from '../harness/probes/process-status.ts';
import type { Target } from '../harness/probes/probe.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { judgeStatsLeak } from './stats-leak-judge.ts';

/** Calls since the first dose at each reading. */
const doses = [0, 500, 1000, 1500, 2000, 2500, 3000];

const containerCount = 3;

/** Ticks of the collector that a burst is given: an answer takes two publications. */
const tickLimit = 3;

const observations = z.strictObject({
  /** What one call does, before any dose. */
  answer: statsCall,
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  client: z.strictObject({ dosed: report }),
  callers: z.array(caller),
});
export type StatsLeakObservations = z.infer<typeof observations>;

export const statsLeak: Scenario<StatsLeakObservations> = {
  name: 'stats-leak',
  claim:
    'Once a dockerd has lost its containers’ network namespaces, a client that asks for stats and never gives up costs it ' +
    'a connection for every call; later dockers no longer hang, but answer with zeroes.',
  references: ['moby/moby#33656', 'moby/moby#30274'],
  standIn: true,
  factors: [
    {
      name: 'client',
      levels: behaviours.filter(({ call }) => call === 'non-stream').map(({ name }) => name),
      defaults: ['agent-1.20', 'timeout-cancel'],
    },
  ],
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  observations,
  run: observe,
  judge: judgeStatsLeak,
};

async function observe(context: CellContext): Promise<StatsLeakObservations> {
  const { cell, machine, build, event, phase } = context;
  if (!startsBeside(machine)) throw new Error('this machine can not run a client beside the daemon');
  const behaviour = behaviourNamed(levelOf(cell, 'client'));
  const { daemon, containers } = await loseNamespaces(context);
  const target: Target = { machine, daemon };
  const next = await phase('containers', 'starting the control container', () => runContainer(daemon.engine, 'next'));
  using counter = await countTicks(daemon.connect, next.id);
  await counter.reached(1);
  const [first = next] = containers;
  const answer = await phase('dockerd ticks', 'asking once', () =>
    callStats(daemon.connect, first, counter, tickLimit),
  );
  event('one call', { answer });

  // The replica has no Go runtime, and reports none.
  const probes = [processStatus, fds, connections, ...(build.origin.kind === 'replica' ? [] : [goRuntime])];
  const idle = openRecorder(probes, target, 'call');
  await phase('harness', 'reading the idle daemon', async () => {
    for (const dose of doses) event('idle reading', { values: await idle.read(dose) });
  });
  await using client = await startClient(machine, daemon.socket, behaviour);
  event('client starts', { pid: client.pid, behaviour });
  const recorder = openRecorder(probes, target, 'call');
  const ids = containers.map(({ id }) => id);
  for (const [index, dose] of doses.entries()) {
    const calls = dose - (doses[index - 1] ?? 0);
    if (calls > 0) await phase('dockerd ticks', `${dose} calls`, () => apply(target, client, ids, calls, counter));
    event('reading', { dose, values: await phase('harness', `reading at ${dose} calls`, () => recorder.read(dose)) });
  }
  const callers = await probeCallers(target);
  const dosed = await client.tell({ do: 'report' });
  event('dosed', { client: dosed, callers });
  return { answer, series: recorder.series(), idle: idle.series(), client: { dosed }, callers };
}

/** Restarts a daemon as the reports had it: CentOS 7's systemd, MountFlags=slave, live-restore. */
async function loseNamespaces(context: CellContext): Promise<{ daemon: Dockerd; containers: Container[] }> {
  const { machine, build, phase, event } = context;
  const start = (number: number) =>
    phase('dockerd starts and stops', `starting dockerd (start ${number})`, () =>
      startDockerd(machine, build, {
        systemd: '219',
        mountFlags: 'slave',
        liveRestore: true,
        log: context.logFile(`dockerd-${number}.log`),
      }),
    );
  const before = await start(1);
  const containers = await phase('containers', `starting ${containerCount} containers`, () =>
    runContainers(machine, before.engine, containerCount),
  );
  await phase('dockerd starts and stops', 'stopping dockerd', before.stop);
  const daemon = await start(2);
  await waitUntilRunning(daemon.engine, containers);
  event('dockerd answers', { pid: daemon.pid, command: daemon.command });
  return { daemon, containers };
}

/** Seconds for a burst to arrive or to be let go of. */
const burstLimit = 60;

/** Sends a burst, gives the collector its ticks to answer, and lets the client do what it does then. */
async function apply(
  target: Target,
  client: Client,
  ids: string[],
  calls: number,
  counter: TickCounter,
): Promise<void> {
  const held = async () => (await connections.read(target))['connections'] ?? 0;
  // The counter's own stream is a connection, too.
  const own = 1;
  await client.tell({ do: 'send', calls, containers: ids });
  const deadline = counter.ticks + tickLimit;
  const look = async () => ({ ...(await client.tell({ do: 'report' })), ticks: counter.ticks });
  await until(
    'waiting for the collector',
    'answers, or its ticks without any',
    look,
    ({ sent, answered, givenUp, ticks }) => answered + givenUp >= sent || ticks >= deadline,
    burstLimit,
  );
  const { open } = await client.tell({ do: 'give-up' });
  if (client.behaviour.onGivingUp === 'half-closes') await counter.reached(counter.ticks + 1);
  await until(
    'waiting for the daemon to let go',
    `${open} connections`,
    held,
    (seen) => seen <= open + own,
    burstLimit,
  );
}

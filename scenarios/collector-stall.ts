import { z } from 'zod';
import { behaviourNamed, behaviours } from '../harness/clients/behaviour.ts';
import { startClient, type Client } from '../harness/clients/engine/client.ts';
import { report } from '../harness/clients/engine/protocol.ts';
import { runContainers } from '../harness/daemons/containers.ts';
import { startDockerd } from '../harness/daemons/dockerd.ts';
import { notesRecord, openNotes } from '../harness/dosing/notes.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { until } from '../harness/dosing/until.ts';
import { recoverySeriesRecord } from '../harness/judge/recovery-record.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { requireBeside } from '../harness/machines/beside.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { caller, probeCallers } from '../harness/probes/callers.ts';
import { connections } from '../harness/probes/connections.ts';
import { fds } from '../harness/probes/fds.ts';
import { goRuntime } from '../harness/probes/go-runtime.ts';
import { processStatus } from '../harness/probes/process-status.ts';
import { readOutput, type Target } from '../harness/probes/probe.ts';
import { buildOf, type CellContext, type Scenario } from '../harness/scenario.ts';
import { isUndecided, judgeCollectorStall } from './collector-stall-judge.ts';

/** Calls of the last dose: the 4000 of the recorded 1.13.1. They are sent in eight bursts. */
const calls = { usual: 4000, least: 80 };

/** Bursts since the first dose at each reading, in enough steps for a straight line to be told from a stair. */
const bursts = [0, 1, 2, 3, 4, 6, 8];

/** While a deciding metric is undecided, so many bursts more are tried, up to so many in all. */
const more = { each: 2, most: 18 };

/**
 * Bursts, all at once, that warm the daemon up before anything is read. More than any later burst: Go keeps what its largest
 * one needed, and after a warm-up with no more than the others the first doses of a healthy daemon still add some 25 KB.
 */
const warmUpBursts = 2;

/** Containers that are asked in turn. */
const containers = { usual: 3, least: 1 };

/** Readings after the clients have gone: the heap needs two collections, and each reading makes two. */
const readingsAfter = 3;

const probes = [processStatus, fds, connections, goRuntime];

const observations = z.strictObject({
  series: z.array(seriesRecord),
  /** The same probes on the same schedule, before any call. */
  idle: z.array(seriesRecord),
  /** Calls that warmed the daemon up, and are counted by the client. */
  warmUp: z.int(),
  /** The client's process, and what its calls came to at the last dose, and after the release. */
  client: z.strictObject({ pid: z.int(), dosed: report, released: report }),
  callers: z.array(caller),
  notes: notesRecord,
  /** Seconds from the release of the collector until every waiting call was answered; absent when it was not stalled. */
  releaseSeconds: z.number().optional(),
  recovery: z.array(recoverySeriesRecord),
});
export type CollectorStallObservations = z.infer<typeof observations>;

export const collectorStall: Scenario<CollectorStallObservations> = {
  name: 'collector-stall',
  claim:
    'A dockerd whose collector can not finish keeps a connection, goroutines and memory for every stats call of a client ' +
    'that never gives up: the leak of 1.13, alive on supported dockers.',
  references: ['moby/moby#39523', 'moby/moby#36281'],
  factors: [
    { name: 'collector', levels: ['stalled', 'healthy'] },
    {
      name: 'client',
      levels: behaviours.filter(({ call }) => call === 'non-stream').map(({ name }) => name),
      defaults: ['agent-1.20', 'timeout-cancel'],
    },
  ],
  clients: (cell) => [levelOf(cell, 'client')],
  // Measured: 270 MB resident in dockerd at 4000 calls, 90 MB in the client.
  budget: { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 },
  sizes: { calls, containers },
  observations,
  run: observe,
  judge: judgeCollectorStall,
};

/** The daemon's log in the cell's directory. */
const log = 'dockerd.log';

async function observe(context: CellContext): Promise<CollectorStallObservations> {
  const { cell, machine, event, phase } = context;
  const build = buildOf(context);
  requireBeside(machine);
  const stalled = levelOf(cell, 'collector') === 'stalled';
  const behaviour = behaviourNamed(levelOf(cell, 'client'));
  const daemon = await phase('dockerd starts and stops', 'starting dockerd', () =>
    startDockerd(machine, build, {
      systemd: '252',
      mountFlags: 'unset',
      liveRestore: false,
      log: context.logFile(log),
    }),
  );
  event('dockerd answers', { pid: daemon.pid, command: daemon.command });
  const target: Target = { machine, daemon };
  const burst = Math.floor(context.size('calls') / (bursts.at(-1) ?? 1));
  const doses = bursts.map((count) => count * burst);
  const warmUp = warmUpBursts * burst;
  const containerCount = context.size('containers');
  const running = await phase('containers', `starting ${containerCount} containers`, () =>
    runContainers(machine, daemon.engine, containerCount),
  );
  const ids = running.map(({ id }) => id);
  await using client = await startClient(machine, daemon.socket, behaviour);
  const subject: Subject = { target, client, ids, stalled: false, burst };
  await phase('dockerd ticks', 'warming the daemon up', () => apply(subject, warmUp, warmUp));
  const idle = openRecorder(probes, target, 'call');
  const notes = await phase('harness', 'reading the idle daemon', () => openNotes(context, target, log, idle, doses));
  if (stalled) await signalContainerd(target, 'STOP');
  subject.stalled = stalled;
  event('client starts', { pid: client.pid, behaviour, stalled });

  const recorder = openRecorder(probes, target, 'call');
  for (const [index, dose] of doses.entries()) {
    const added = dose - (doses[index - 1] ?? 0);
    await phase('dockerd ticks', `${dose} calls`, () => notes.work(() => apply(subject, added)));
    event('reading', { dose, values: await phase('harness', `reading at ${dose} calls`, () => recorder.read(dose)) });
  }
  for (
    let dose = (doses.at(-1) ?? 0) + more.each * burst;
    dose <= more.most * burst && isUndecided(build.version, recorder.series(), idle.series());
    dose += more.each * burst
  ) {
    await phase('dockerd ticks', `undecided: ${dose} calls`, () => notes.work(() => apply(subject, more.each * burst)));
    event('reading', { dose, values: await phase('harness', `reading at ${dose} calls`, () => recorder.read(dose)) });
  }
  if (!stalled) await notes.check(recorder.series());
  const noted = await phase('harness', 'taking a profile', () => notes.finish());
  const callers = await probeCallers(target);
  const dosed = await client.tell({ do: 'report' });
  event('dosed', { client: dosed, callers });

  let releaseSeconds: number | undefined;
  if (stalled) {
    await signalContainerd(target, 'CONT');
    releaseSeconds = await phase('dockerd ticks', 'releasing the collector', () =>
      answered(client, secondsFor(target)),
    );
  }
  const released = await client.tell({ do: 'report' });
  await client.tell({ do: 'close' });
  const closed = performance.now();
  event('client gone', { client: released, releaseSeconds });
  const after = openRecorder(probes, target, 'call');
  const seconds: number[] = [];
  for (let reading = 0; reading < readingsAfter; reading++) {
    await phase('harness', 'reading after the clients', () => after.read(reading));
    seconds.push((performance.now() - closed) / 1000);
  }
  const series = recorder.series();
  return {
    series,
    idle: idle.series(),
    warmUp,
    client: { pid: client.pid, dosed, released },
    callers,
    notes: noted,
    ...(releaseSeconds !== undefined && { releaseSeconds }),
    recovery: series.map((one, index) => ({
      metric: one.metric,
      unit: one.unit,
      per: one.per,
      granularity: one.granularity,
      baseline: (idle.series()[index]?.points ?? []).map(withoutDose),
      peak: one.points.at(-1) ?? { dose: doses.at(-1) ?? 0, missing: 'nothing was read' },
      after: (after.series()[index]?.points ?? []).map((point, at) => ({
        seconds: seconds[at] ?? 0,
        gcs: 2 * (at + 1),
        ...withoutDose(point),
      })),
    })),
  };
}

/** Seconds, on a host, for a dose to arrive, or to be answered: a healthy collector needs two of its ticks. */
const doseLimit = 60;

/** What the doses are applied to. */
interface Subject {
  target: Target;
  client: Client;
  ids: string[];
  stalled: boolean;
  /** Calls that are sent at once. */
  burst: number;
}

/**
 * Sends calls and waits until the daemon has them all, or has answered them all, as the collector lets it. They go in
 * bursts of one size: Go keeps what its largest burst needed (goroutines, buckets of maps, pools), and growth by bursts is not growth by calls.
 */
async function apply(subject: Subject, count: number, atOnce = subject.burst): Promise<void> {
  const { target, client, ids, stalled } = subject;
  const seconds = secondsFor(target);
  const held = async () => (await connections.read(target))['connections'] ?? 0;
  for (let sent = 0; sent < count; sent += atOnce) {
    const { open } = await client.tell({ do: 'send', calls: Math.min(atOnce, count - sent), containers: ids });
    if (!stalled) await answered(client, seconds);
    else
      await until(
        'waiting for the daemon to take the calls',
        `${open} connections`,
        held,
        (seen) => seen >= open,
        seconds,
      );
    const { open: left } = await client.tell({ do: 'give-up' });
    // The daemon needs a moment to see that a client has gone.
    await until('waiting for the daemon to let go', `${left} connections`, held, (seen) => seen <= left, seconds);
  }
}

function secondsFor({ machine: { description } }: Target): number {
  return doseLimit * (description.slowness ?? 1);
}

function answered(client: Client, seconds: number): Promise<number> {
  const look = () => client.tell({ do: 'report' });
  return until(
    'waiting for the answers',
    'every call that waits is answered',
    look,
    ({ sent, answered: done, givenUp }) => done + givenUp >= sent,
    seconds,
  );
}

/** Stops or continues the daemon's own containerd, which the collector asks for every container's numbers. */
async function signalContainerd(target: Target, signal: 'STOP' | 'CONT'): Promise<void> {
  const script = `busybox kill -${signal} $(busybox pidof docker-containerd containerd)`;
  await readOutput(target, `SIG${signal} to containerd`, ['busybox', 'sh', '-c', script]);
}

function withoutDose(
  point: { dose: number } & ({ value: number } | { missing: string }),
): { value: number } | { missing: string } {
  return 'value' in point ? { value: point.value } : { missing: point.missing };
}

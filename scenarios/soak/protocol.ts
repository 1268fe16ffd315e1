import { appendFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import { startNamed } from '../../harness/clients/clients.ts';
import type { Client } from '../../harness/clients/engine/client.ts';
import { applyBurst } from '../../harness/dosing/burst.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import { applyDoses, readIdle } from '../../harness/dosing/doses.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import type { Metric } from '../../harness/evidence/series.ts';
import type { SoakRecord, SoakSample } from '../../harness/evidence/soak-record.ts';
import { requireBeside } from '../../harness/machine/beside.ts';
import { connections } from '../../harness/probes/connections.ts';
import { fds } from '../../harness/probes/fds.ts';
import { goRuntime, goRuntimeAsItIs } from '../../harness/probes/go-runtime.ts';
import { readOutput, type Probe, type Target } from '../../harness/probes/probe.ts';
import { processStatus } from '../../harness/probes/process-status.ts';
import { callOfLost } from '../common/lost-call.ts';
import { runtimeProbes, runtimeProbesAsItIs } from '../common/runtime/probes.ts';
import { unitLog } from '../common/unit.ts';
import { endAfter } from './budget.ts';
import { readEarlier, samplesFile } from './earlier.ts';
import { level } from './factors.ts';
import type { SoakObservations } from './observations.ts';
import { secondsOf } from './segments.ts';

/** Seconds that the client keeps its schedule. */
export const duration = { usual: 600, least: 60 };

/** Seconds between two samples. */
export const interval = { usual: 10, least: 1 };

export const containers = { usual: 3, least: 1 };

/** Calls of the dose that comes before the soak, and its steps. */
export const calls = { usual: 300, least: 60 };
const steps = 6;

/** The protocol of soak: a dose in bursts, then the same client as it behaves in production, on one daemon. */
export async function observe(context: CellContext): Promise<SoakObservations> {
  const { cell, machine, phase } = context;
  requireBeside(machine);
  const name = level(cell, 'client');
  const isReplica = buildOf(context).origin.kind === 'replica';
  using met = await callOfLost(context, context.size('containers'));
  const { daemon, target, lost, counter, answer } = met;
  const ids = lost.map(({ id }) => id);

  const step = Math.floor(context.size('calls') / steps);
  const doses = Array.from({ length: steps + 1 }, (_, index) => index * step);
  const probes = [processStatus, fds, connections, ...(isReplica ? [] : [goRuntime, ...runtimeProbes])];
  const [idle, recorder] = [openRecorder(probes, target, 'call'), openRecorder(probes, target, 'call')];
  await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () => readIdle(context, idle, doses));
  {
    await using client = await phase('harness', { activity: 'starting-client', client: name }, () =>
      startNamed(machine, daemon, name),
    );
    await applyDoses(context, recorder, doses, 'calls', (more, dose) =>
      phase('dockerd ticks', { activity: 'applying-dose', dose, unit: 'calls' }, () =>
        applyBurst(target, client, ids, more, counter),
      ),
    );
  }

  // A forced collection would hide what production sees.
  const log = logSize(context);
  const ofDocker = isReplica ? [] : [goRuntimeAsItIs, ...runtimeProbesAsItIs];
  const watched = [processStatus, fds, connections, log, ...ofDocker];
  await using client = await phase('harness', { activity: 'starting-client', client: name }, () =>
    startNamed(machine, daemon, name),
  );
  const soak = await phase('dockerd ticks', { activity: 'soaking', seconds: 0, of: 0, calls: 0, fds: [] }, () =>
    keepWatch(context, target, client, watched, ids),
  );
  return {
    answer,
    dose: { series: recorder.series(), idle: idle.series() },
    soak,
    client: await client.tell({ do: 'report' }),
  };
}

/** Lets the client keep its schedule, and takes a sample every interval; what a run before has taken comes first. */
async function keepWatch(
  context: CellContext,
  target: Target,
  client: Client,
  probes: readonly Probe[],
  ids: string[],
): Promise<SoakRecord> {
  const { period } = behaviourNamed(level(context.cell, 'client'));
  const every = context.size('interval');
  const samples = readEarlier(context.earlier?.(samplesFile));
  const segment = (samples.at(-1)?.segment ?? 0) + 1;
  const earlier = secondsOf(samples);
  const periods = Math.max(1, Math.floor((context.size('seconds') - earlier) / period));
  const length = periods * period;
  const file = context.logFile(samplesFile);
  for (const sample of samples) appendFileSync(file, `${JSON.stringify(sample)}\n`);
  const limits = { memoryBytes: context.budget.memoryBytes, descriptors: await descriptorLimit(target) };
  await client.tell({ do: 'begin', periods, containers: ids });
  const begin = performance.now();
  let end: SoakRecord['end'] = 'time';
  for (;;) {
    // In the middle of each interval, between two rounds of a client whose period is as long. What a slow reading or a machine that stood
    // still has missed is not made up for.
    const number = Math.ceil((performance.now() - begin) / (every * 1000) - 0.5);
    const at = (Math.max(0, number) + 0.5) * every;
    if (at > length) break;
    await sleep(Math.max(0, begin + at * 1000 - performance.now()), undefined, { signal: context.signal });
    const { sample, clientBytes } = await takeSample(target, client, probes, { segment, begin });
    samples.push(sample);
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
    context.event({ code: 'reading', dose: sample.calls, values: sample.values });
    const descriptors = samples.flatMap(({ values }) => values['fds'] ?? []);
    context.doing({
      activity: 'soaking',
      seconds: Math.round(earlier + sample.seconds),
      of: Math.round(earlier + length),
      calls: sample.calls,
      fds: descriptors,
    });
    end = endAfter(sample, clientBytes, limits);
    if (end !== 'time') break;
  }
  const metrics = probes.flatMap((probe) =>
    probe.metrics.map(({ metric, unit, granularity }) => ({ metric, unit, granularity })),
  );
  return { interval: every, metrics, samples, end };
}

async function takeSample(
  target: Target,
  client: Client,
  probes: readonly Probe[],
  { segment, begin }: { segment: number; begin: number },
): Promise<{ sample: SoakSample; clientBytes: number }> {
  const values: Record<string, number> = {};
  const { sent, rss: clientBytes } = await client.tell({ do: 'report' });
  const seconds = (performance.now() - begin) / 1000;
  for (const probe of probes) Object.assign(values, await probe.read(target));
  return { sample: { segment, seconds, calls: sent, values }, clientBytes };
}

/** Soft limit of open files of dockerd. */
async function descriptorLimit(target: Target): Promise<number> {
  const limits = await readOutput(target, 'limits of dockerd', ['busybox', 'cat', `/proc/${target.daemon.pid}/limits`]);
  const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

const logBytes: Metric = { metric: 'log', unit: 'bytes', granularity: 1 };

/** The size of dockerd's log. */
function logSize({ logFile }: CellContext): Probe {
  return {
    name: 'size of the log',
    metrics: [logBytes],
    read: async () => ({ log: (await stat(logFile(unitLog(2)))).size }),
  };
}

import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import { startClient } from '../../harness/clients/engine/client.ts';
import { runContainers } from '../../harness/daemons/containers.ts';
import { applyDoses, readAt } from '../../harness/dosing/doses.ts';
import { openNotes } from '../../harness/dosing/notes.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { requireBeside } from '../../harness/machine/beside.ts';
import { probeCallers } from '../../harness/probes/callers.ts';
import { connections } from '../../harness/probes/connections.ts';
import { fds } from '../../harness/probes/fds.ts';
import { goRuntime } from '../../harness/probes/go-runtime.ts';
import { processStatus } from '../../harness/probes/process-status.ts';
import type { Probe, Target } from '../../harness/probes/probe.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import { answered, applyCalls, type CallTarget } from './calls.ts';
import { stallContainerd } from './stall.ts';
import { isUndecided } from './judge.ts';
import { recoveryOf } from '../common/recovery.ts';
import { runtimeProbes, runtimeProbesOfStopped } from '../common/runtime/probes.ts';
import { containerdEraOf } from './containerd-eras.ts';
import { startDaemonUnit, unitLog } from '../common/unit.ts';
import type { CollectorStallObservations } from './observations.ts';
import { level } from './factors.ts';

/** Calls of the last dose: the 4000 of the recorded 1.13.1. They are sent in eight bursts. */
export const calls = { usual: 4000, least: 80 };

/** Bursts since the first dose at each reading, in enough steps to distinguish a straight line from a stair. */
const bursts = [0, 1, 2, 3, 4, 6, 8];

/** While a deciding metric is undecided, so many bursts more are tried, up to so many in all. */
const more = { each: 2, most: 18 };

/**
 * Bursts, all at once, that warm the daemon up before anything is read. More than any later burst: Go keeps what its largest
 * one needed, and after a warm-up with no more than the others the first doses of a healthy daemon still add some 25 KB.
 */
const warmUpBursts = 2;

/** Containers that are asked in turn. */
export const containers = { usual: 3, least: 1 };

/** Readings after the clients have gone: the heap needs two collections, and each reading makes two. */
const readingsAfter = 3;

const probes = [processStatus, fds, connections, goRuntime];

/**
 * The probes of containerd and the shims. A dockerd that replaces its containerd, or is not known not to, has another one from reading to
 * reading, or none.
 */
function runtimeProbesOf(stalled: boolean, version: string): readonly Probe[] {
  if (!stalled) return runtimeProbes;
  return containerdEraOf(version)?.fate === 'waited-for' ? runtimeProbesOfStopped : [];
}

/** The protocol of collector-stall. */
export async function observe(context: CellContext): Promise<CollectorStallObservations> {
  const { cell, machine, event, phase } = context;
  const build = buildOf(context);
  requireBeside(machine);
  const stalled = level(cell, 'collector') === 'stalled';
  const behaviour = behaviourNamed(level(cell, 'client'));
  const daemon = await startDaemonUnit(context, { systemd: '252', mountFlags: 'unset', liveRestore: false });
  const target: Target = { machine, daemon, event };
  const last = bursts.at(-1) ?? 1;
  const burst = Math.floor(context.size('calls') / last);
  const doses = bursts.map((count) => count * burst);
  const warmUp = warmUpBursts * burst;
  const containerCount = context.size('containers');
  const running = await phase('containers', { activity: 'starting-containers', count: containerCount }, () =>
    runContainers(machine, daemon.engine, containerCount),
  );
  const ids = running.map(({ id }) => id);
  await using client = await startClient(machine, daemon.socket, behaviour);
  const subject: CallTarget = { target, client, ids, burst };
  await phase('dockerd ticks', { activity: 'warming-up', count: warmUp, unit: 'calls' }, () =>
    applyCalls(subject, warmUp, warmUp),
  );
  const all = [...probes, ...runtimeProbesOf(stalled, build.version)];
  const idle = openRecorder(all, target, 'call');
  const notes = await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () =>
    openNotes(context, target, unitLog(), idle, doses),
  );
  const stall = stalled ? await stallContainerd(target) : undefined;
  if (stall) subject.stall = stall;
  event({ code: 'client-started', client: behaviour.name, pid: client.pid, collector: level(cell, 'collector') });

  const recorder = openRecorder(all, target, 'call');
  const apply = (added: number, dose: number) =>
    phase('dockerd ticks', { activity: 'applying-dose', dose, unit: 'calls' }, () =>
      notes.work(() => applyCalls(subject, added)),
    );
  await applyDoses(context, recorder, doses, 'calls', apply);
  const undecided = () => isUndecided(cell, build.version, recorder.series(), idle.series());
  for (let bursted = last + more.each; bursted <= more.most && undecided(); bursted += more.each) {
    const dose = bursted * burst;
    event({ code: 'undecided', next: dose });
    await apply(more.each * burst, dose);
    await readAt(context, recorder, dose, 'calls');
  }
  if (!stalled) await notes.check(recorder.series());
  const noted = await phase('harness', { activity: 'taking-profile' }, () => notes.finish());
  const { callers, nameless } = await probeCallers(target);
  const dosed = await client.tell({ do: 'report' });
  event({ code: 'dosed', tally: dosed, callers, nameless });

  // A dockerd that is known to wait is not waited for.
  const replaced =
    stall &&
    ((await stall.hasEnded()) ||
      (containerdEraOf(build.version)?.fate !== 'waited-for' &&
        (await phase('dockerd ticks', { activity: 'waiting-for-containerd' }, () => stall.awaitEnd()))));
  await stall?.release();
  const releaseSeconds =
    stall && (await phase('dockerd ticks', { activity: 'releasing-collector' }, () => answered(subject)));
  const released = await client.tell({ do: 'report' });
  await client.tell({ do: 'close' });
  event({ code: 'clients-closed', tally: released, releaseSeconds });
  const { after, seconds } = await readAfter(context, target, all);
  const series = recorder.series();
  return {
    series,
    idle: idle.series(),
    warmUp,
    client: { pid: client.pid, dosed, released },
    callers,
    nameless,
    notes: noted,
    ...(stall && { containerd: replaced ? ('replaced' as const) : ('waited-for' as const) }),
    ...(releaseSeconds !== undefined && { releaseSeconds }),
    recovery: recoveryOf(series, idle.series(), after, seconds),
  };
}

/** Reads the daemon that no client asks any more; `seconds` since then, at each reading. */
async function readAfter(
  { phase }: CellContext,
  target: Target,
  all: readonly Probe[],
): Promise<{ after: Series[]; seconds: number[] }> {
  const closed = performance.now();
  const recorder = openRecorder(all, target, 'call');
  const seconds: number[] = [];
  for (let reading = 0; reading < readingsAfter; reading++) {
    await phase('harness', { activity: 'reading-after-clients' }, () => recorder.read(reading));
    seconds.push((performance.now() - closed) / 1000);
  }
  return { after: recorder.series(), seconds };
}

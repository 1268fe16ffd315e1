import { setTimeout as sleep } from 'node:timers/promises';
import { importImage } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import { readRuntimeVersions } from '../../harness/daemons/runtime-versions.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { applyDoses, readAt } from '../../harness/dosing/doses.ts';
import { openNotes } from '../../harness/dosing/notes.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import type { RecoverySeries } from '../../harness/evidence/recovery-series.ts';
import type { Series } from '../../harness/evidence/series.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { daemonPss } from '../../harness/probes/daemon-pss.ts';
import { fds } from '../../harness/probes/fds.ts';
import { goRuntime } from '../../harness/probes/go-runtime.ts';
import type { Target } from '../../harness/probes/probe.ts';
import { processStatus } from '../../harness/probes/process-status.ts';
import { openExecs, openHeldExecs, openPings, type ExecWork } from '../../harness/workloads/exec-work.ts';
import { openHealthChecks } from '../../harness/workloads/health-checks.ts';
import { recoveryOf } from '../common/recovery.ts';
import { runtimeProbes } from '../common/runtime/probes.ts';
import { startDaemonUnit, unitLog } from '../common/unit.ts';
import { doses, level, stepsOf } from './factors.ts';
import { isUndecided } from './judge.ts';
import type { ExecChurnObservations } from './observations.ts';
import { works, type WorkName } from './works.ts';

/** Execs of a bounded dose: some 65 s. Their counts tell a leak of one for each hundred execs from none. */
export const execs = { usual: 1000, least: 48 };

/** The part of the dose that warms up before the first reading, and the most of it: within its first 200 execs a shim grows by 2 MB, and then stays. */
const warmUp = { share: 5, most: 1000 };

/** While a count is undecided, so many steps more are tried, up to so many times those of the schedule. */
const more = { each: 4, times: 1.5 };

/**
 * Seconds until dockerd has forgotten ended execs, on every machine: it looks at them every 5 minutes, and removes those that it has seen
 * ended before (execCommandGC in moby's daemon/exec.go).
 */
const forgetLimit = 660;

/** Seconds between two readings while it forgets them. */
const forgetInterval = 30;

/** The part of the rise that is left when the wait ends. */
const forgotten = 0.05;

/** The heap's readings first: each makes garbage collections, after which Go closes descriptors that nothing refers to. */
const probes = [goRuntime, ...runtimeProbes, processStatus, daemonPss, fds];

const open: Readonly<Record<WorkName, (machine: Machine, daemon: Dockerd) => Promise<ExecWork>>> = {
  execs: openExecs,
  'health-checks': openHealthChecks,
  'held-execs': openHeldExecs,
  pings: openPings,
};

/** The protocol of exec-churn. */
export async function observe(context: CellContext): Promise<ExecChurnObservations> {
  const { cell, machine, event, phase } = context;
  const name = level(cell, 'work');
  const plan = doses[level(cell, 'dose')];
  const daemon = await startDaemonUnit(context, { systemd: '252', mountFlags: 'unset', liveRestore: false });
  const versions = await readRuntimeVersions(daemon.connect, machine.description.slowness);
  const target: Target = { machine, daemon, event };
  await phase('containers', { activity: 'importing-image' }, () => importImage(machine, daemon.engine));
  await using work = await phase('containers', { activity: 'starting-container', container: 'subject' }, () =>
    open[name](machine, daemon),
  );
  const units = Math.min('units' in plan ? plan.units : context.size('execs'), works[name].most ?? Infinity);
  const steps = stepsOf(units);
  const step = Math.floor(units / steps);
  const schedule = Array.from({ length: steps + 1 }, (_, index) => index * step);
  const warming = Math.min(Math.floor(units / warmUp.share), warmUp.most);
  await phase('containers', { activity: 'warming-up', count: warming, unit: 'execs' }, () => work.apply(warming));
  const idle = openRecorder(probes, target, 'exec');
  const notes = await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () =>
    openNotes(context, target, unitLog(), idle, schedule),
  );
  const recorder = openRecorder(probes, target, 'exec');
  const apply = (added: number, dose: number) =>
    phase('containers', { activity: 'applying-dose', dose, unit: 'execs' }, () => notes.work(() => work.apply(added)));
  await applyDoses(context, recorder, schedule, 'execs', apply);
  const undecided = () => isUndecided({ series: recorder.series(), idle: idle.series() });
  for (let made = steps + more.each; made <= more.times * steps && undecided(); made += more.each) {
    const dose = made * step;
    event({ code: 'undecided', next: dose });
    await apply(more.each * step, dose);
    await readAt(context, recorder, dose, 'execs');
  }
  await notes.check(recorder.series());
  const noted = await phase('harness', { activity: 'taking-profile' }, () => notes.finish());
  const series = recorder.series();
  return {
    versions,
    series,
    idle: idle.series(),
    tally: work.tally(),
    notes: noted,
    ...(plan.waits && { forgotten: await awaitForgotten(context, target, series, idle.series()) }),
  };
}

/** Reads the daemon until its heap is back, or the time for that is over. */
async function awaitForgotten(
  { phase }: CellContext,
  target: Target,
  series: readonly Series[],
  idle: readonly Series[],
): Promise<RecoverySeries[]> {
  const begin = performance.now();
  const elapsed = () => (performance.now() - begin) / 1000;
  const recorder = openRecorder(probes, target, 'exec');
  const seconds: number[] = [];
  const [before, peak] = [lastHeap(idle), lastHeap(series)];
  await phase('dockerd ticks', { activity: 'waiting-for-forgotten-execs' }, async () => {
    for (;;) {
      const { 'heap-alloc': heap = peak } = await recorder.read(seconds.length);
      seconds.push(elapsed());
      if (heap - before <= forgotten * (peak - before) || elapsed() > forgetLimit) return;
      await sleep(forgetInterval * 1000);
    }
  });
  return recoveryOf(series, idle, recorder.series(), seconds);
}

function lastHeap(series: readonly Series[]): number {
  const point = series.find(({ metric }) => metric === 'heap-alloc')?.points.at(-1);
  return point && 'value' in point ? point.value : 0;
}

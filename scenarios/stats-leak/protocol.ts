import { mostCallsOf } from '../../harness/clients/common/all-clients.ts';
import { startNamed } from '../../harness/clients/clients.ts';
import { applyBurst } from '../../harness/dosing/burst.ts';
import { applyDoses } from '../../harness/dosing/doses.ts';
import { openNotes } from '../../harness/dosing/notes.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { requireBeside } from '../../harness/machine/beside.ts';
import { probeCallers } from '../../harness/probes/callers.ts';
import { connections } from '../../harness/probes/connections.ts';
import { fds } from '../../harness/probes/fds.ts';
import { goRuntime } from '../../harness/probes/go-runtime.ts';
import { processStatus } from '../../harness/probes/process-status.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import { callOfLost } from '../common/lost-call.ts';
import { runtimeProbes } from '../common/runtime/probes.ts';
import { unitLog } from '../common/unit.ts';
import type { StatsLeakObservations } from './observations.ts';
import { level } from './factors.ts';

/** Steps from the first dose to the last, and the calls of the last where the client can hold so many. */
const steps = 6;

export const calls = { usual: 3000, least: 60 };

export const containers = { usual: 3, least: 1 };

/** The protocol of stats-leak. */
export async function observe(context: CellContext): Promise<StatsLeakObservations> {
  const { cell, machine, event, phase } = context;
  requireBeside(machine);
  const name = level(cell, 'client');
  const mostCalls = context.size('calls');
  const step = Math.floor(Math.min(mostCalls, mostCallsOf(name) ?? mostCalls) / steps);
  /** Calls since the first dose at each reading. */
  const doses = Array.from({ length: steps + 1 }, (_, index) => index * step);
  using met = await callOfLost(context, context.size('containers'));
  const { daemon, target, lost, counter, answer } = met;

  // The replica has no Go runtime, containerd or shim, and reports none.
  const ofDocker = buildOf(context).origin.kind === 'replica' ? [] : [goRuntime, ...runtimeProbes];
  const probes = [processStatus, fds, connections, ...ofDocker];
  const idle = openRecorder(probes, target, 'call');
  const notes = await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () =>
    openNotes(context, target, unitLog(2), idle, doses),
  );
  const ids = lost.map(({ id }) => id);
  await using client = await phase('harness', { activity: 'starting-client', client: name }, () =>
    startNamed(machine, daemon, name),
  );
  event({ code: 'client-started', client: name, pid: client.pid, collector: 'healthy' });
  // A real client keeps a pool of connections for its next calls: it is filled before anything is counted.
  const warmUp = mostCallsOf(name) === undefined ? 0 : step;
  if (warmUp > 0) {
    await phase('dockerd ticks', { activity: 'warming-up', count: warmUp, unit: 'calls' }, () =>
      applyBurst(target, client, ids, warmUp, counter),
    );
  }
  const recorder = openRecorder(probes, target, 'call');
  await applyDoses(context, recorder, doses, 'calls', (more, dose) =>
    phase('dockerd ticks', { activity: 'applying-dose', dose, unit: 'calls' }, () =>
      notes.work(() => applyBurst(target, client, ids, more, counter)),
    ),
  );
  await notes.check(recorder.series());
  const noted = await phase('harness', { activity: 'taking-profile' }, () => notes.finish());
  const { callers, nameless } = await probeCallers(target);
  const dosed = await client.tell({ do: 'report' });
  event({ code: 'dosed', tally: dosed, callers, nameless });
  return {
    answer,
    series: recorder.series(),
    idle: idle.series(),
    client: { pid: client.pid, warmUp, dosed },
    callers,
    nameless,
    notes: noted,
  };
}

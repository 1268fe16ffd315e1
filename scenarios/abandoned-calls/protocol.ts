import { applyDoses, readAt } from '../../harness/dosing/doses.ts';
import { openNotes } from '../../harness/dosing/notes.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import { buildOf, type CellContext } from '../../harness/dosing/cell-context.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { requireBeside } from '../../harness/machine/beside.ts';
import { limitOn } from '../../harness/machine/limit-on.ts';
import { poll } from '../../harness/machine/poll.ts';
import { probeCallers } from '../../harness/probes/callers.ts';
import { connections } from '../../harness/probes/connections.ts';
import { fds } from '../../harness/probes/fds.ts';
import { goRuntime } from '../../harness/probes/go-runtime.ts';
import { processStatus } from '../../harness/probes/process-status.ts';
import type { Target } from '../../harness/probes/probe.ts';
import { recoveryOf } from '../common/recovery.ts';
import { runtimeProbes } from '../common/runtime/probes.ts';
import { startDaemonUnit, unitLog } from '../common/unit.ts';
import { startCaller, type Caller } from './callers.ts';
import { endpoints } from './endpoints.ts';
import { level } from './factors.ts';
import { leavings } from './leavings.ts';
import { isUndecided } from './judge.ts';
import type { AbandonedCallsObservations } from './observations.ts';
import { execCommandOf, runSubject, type SubjectContainer } from './subject-container.ts';

/** Calls of the last dose. Descriptors and goroutines are whole numbers: few calls tell a leak of one from none. */
export const calls = { usual: 120, least: 24 };

/** Steps from the first dose to the last. */
const steps = 6;

/** While a deciding metric is undecided, so many steps more are tried, up to so many in all. */
const more = { each: 2, most: 18 };

/** Steps at once that warm the daemon up: more than any later one, as Go keeps what its largest burst needed. */
const warmUpSteps = 2;

/** Readings of the daemon after its last call, and after the end of the container; each makes two garbage collections. */
const readingsAfter = 3;

/**
 * Seconds, on a host, for the daemon to see that its clients have gone. One that keeps its end of the connections is read after
 * that; a healthy one took less than 0.2.
 */
const leavingLimit = 1.5;

/** Seconds, on a host, for the daemon to accept connections. */
const acceptLimit = 20;

/**
 * The heap's reading first: it makes two garbage collections, and 28.5.2 closes the socket of an attach whose client has gone only when Go
 * collects it (20 sockets more, or none, from reading to reading). What a collection gives back is not kept.
 */
const probes = [goRuntime, ...runtimeProbes, processStatus, fds, connections];

/** The means of one step. */
interface Step {
  target: Target;
  caller: Caller;
  container: SubjectContainer;
  /** Whether the daemon's descriptors are the only sign that it has the calls. */
  isSilent: boolean;
}

/** The protocol of abandoned-calls. */
export async function observe(context: CellContext): Promise<AbandonedCallsObservations> {
  const { cell, machine, event, phase } = context;
  requireBeside(machine);
  const endpoint = level(cell, 'endpoint');
  const leaving = level(cell, 'leaving');
  const state = level(cell, 'container');
  const daemon = await startDaemonUnit(context, { systemd: '252', mountFlags: 'unset', liveRestore: false });
  const target: Target = { machine, daemon, event };
  const container = await phase('containers', { activity: 'starting-container', container: 'subject' }, () =>
    runSubject(machine, daemon.engine, state),
  );
  const calling = { socket: daemon.socket, endpoint, leaving, command: execCommandOf(state) };
  await using caller = await phase('harness', { activity: 'starting-client', client: `${endpoint} ${leaving}` }, () =>
    startCaller(machine, calling),
  );
  const isSilent = endpoints[endpoint].sign.kind === 'accepted' || leavings[leaving].sends !== 'all';
  const step: Step = { target, caller, container, isSilent };
  const burst = Math.floor(context.size('calls') / steps);
  const doses = Array.from({ length: steps + 1 }, (_, index) => index * burst);
  const warmUp = warmUpSteps * burst;
  await phase('harness', { activity: 'warming-up', count: warmUp, unit: 'calls' }, () => applyStep(step, warmUp));
  const idle = openRecorder(probes, target, 'call');
  const notes = await phase('harness', { activity: 'reading-idle', subject: 'daemon' }, () =>
    openNotes(context, target, unitLog(), idle, doses),
  );
  const recorder = openRecorder(probes, target, 'call');
  const apply = (added: number, dose: number) =>
    phase('harness', { activity: 'applying-dose', dose, unit: 'calls' }, () =>
      notes.work(() => applyStep(step, added)),
    );
  await applyDoses(context, recorder, doses, 'calls', apply);
  const undecided = () => isUndecided({ series: recorder.series(), idle: idle.series() }, buildOf(context).version);
  for (let made = steps + more.each; made <= more.most && undecided(); made += more.each) {
    const dose = made * burst;
    event({ code: 'undecided', next: dose });
    await apply(more.each * burst, dose);
    await readAt(context, recorder, dose, 'calls');
  }
  const noted = await phase('harness', { activity: 'taking-profile' }, () => notes.finish());
  const { callers, nameless } = await probeCallers(target);
  const dosed = await caller.report();
  event({ code: 'dosed', tally: dosed, callers, nameless });
  const pid = caller.pid();
  await caller.close();
  event({ code: 'clients-closed', tally: dosed });
  const series = recorder.series();
  const recovered = async () => {
    const { after, seconds } = await readAfter(context, target);
    return recoveryOf(series, idle.series(), after, seconds);
  };
  const whenIdle = await recovered();
  const hasEnded = state === 'exits';
  if (endpoints[endpoint].sign.kind === 'registry') await caller.end();
  else if (!hasEnded) {
    await phase('containers', { activity: 'stopping-container', container: 'subject' }, () => container.end());
  }
  const whenEnded = hasEnded ? undefined : await recovered();
  return {
    series,
    idle: idle.series(),
    warmUp,
    client: { pid, dosed },
    callers,
    nameless,
    notes: noted,
    recovery: { idle: whenIdle, ...(whenEnded && { ended: whenEnded }) },
  };
}

/** Makes calls, and leaves them; with a container that ends or is restarted, in between. */
async function applyStep({ target, caller, container, isSilent }: Step, count: number): Promise<void> {
  await container.ready();
  const before = isSilent ? await socketsOf(target) : 0;
  const open = await caller.call(count, container.id);
  if (isSilent) {
    await waitFor(
      'waiting for the daemon to take the calls',
      `${open} descriptors of sockets more than ${before}`,
      () => socketsOf(target),
      (seen) => seen >= before + count,
      limitOn(target.machine, acceptLimit),
    );
  }
  await container.during();
  const left = await caller.leave();
  const held = async () => (await connections.read(target))['connections'] ?? 0;
  await poll(held, (seen) => seen <= left, { seconds: limitOn(target.machine, leavingLimit) });
}

async function socketsOf(target: Target): Promise<number> {
  return (await fds.read(target))['fds-socket'] ?? 0;
}

/** Reads the daemon that has nothing to do; `seconds` since then, at each reading. */
async function readAfter({ phase }: CellContext, target: Target): Promise<{ after: Series[]; seconds: number[] }> {
  const begin = performance.now();
  const recorder = openRecorder(probes, target, 'call');
  const seconds: number[] = [];
  for (let reading = 0; reading < readingsAfter; reading++) {
    await phase('harness', { activity: 'reading-after-clients' }, () => recorder.read(reading));
    seconds.push((performance.now() - begin) / 1000);
  }
  return { after: recorder.series(), seconds };
}

import type { CellTry, Used } from '../../run/dispatcher.ts';
import type { RunPlan } from '../../run/run-plan.ts';
import { queueName } from '../keys.ts';
import { feed } from './feed.ts';
import { endOne, openFleetRun, type FleetRun } from './fleet-run.ts';
import type { Session } from './session.ts';
import { openSessionQueue, type SessionQueue } from './session-queue.ts';
import { keepLate, writeFailure } from './settle.ts';
import { ableHosts, lackLines, type CoordinatorState } from './state.ts';
import { needsOfTry, type Submission } from './submission.ts';

/** Runs the tries of one run on the fleet. Resolves when each has its verdict, or when the run is interrupted. */
export async function runTries(
  state: CoordinatorState,
  session: Session,
  plan: RunPlan,
  tries: readonly CellTry[],
  record: (used: Used) => void,
): Promise<void> {
  await using run = await openFleetRun(plan, tries.length, record);
  state.runs.add(run);
  const cancel = () => {
    // Workers end what runs; nothing else is to begin.
    void session.cancel().catch(() => undefined);
    run.end();
  };
  plan.signal.addEventListener('abort', cancel, { once: true });
  if (plan.signal.aborted) cancel();
  try {
    const queues = new Set<SessionQueue>();
    for (const one of tries) {
      const queue = await submit(state, run, one);
      if (queue) queues.add(queue);
    }
    for (const queue of queues) await feed(state, queue);
    await run.over;
  } finally {
    plan.signal.removeEventListener('abort', cancel);
    await forget(state, run);
  }
}

let number = 0;

/** Puts a try into the backlog of its queue, or ends it at once where no host can run it. */
async function submit(state: CoordinatorState, run: FleetRun, one: CellTry): Promise<SessionQueue | undefined> {
  state.counts.submitted++;
  const needs = needsOfTry(one, run.plan);
  const why =
    'brought' in needs
      ? `${needs.brought} was brought to this host alone: a fleet runs builds and kernels of the catalogue`
      : ableHosts(state, needs).length === 0
        ? `No host of the fleet can run this cell.\n${lackLines(state, needs)}`
        : undefined;
  if (why !== undefined || 'brought' in needs) {
    state.counts.notApplicable++;
    await writeFailure({ run, one }, { outcome: 'not-applicable', failure: why ?? '' });
    endOne(run);
    return undefined;
  }
  const name = queueName(state.session, needs);
  const queue =
    state.queues.get(name) ??
    (await openSessionQueue(state.redis, { name, session: state.session, lab: state.lab, needs }, state.times));
  state.queues.set(name, queue);
  const id = `${state.session}.${String(++number).padStart(7, '0')}`;
  queue.backlog.push((): Submission => ({
    id,
    run,
    one,
    needs,
    queue: name,
    staged: [],
    seenAttempt: 0,
    losses: 0,
    isClosed: false,
  }));
  return queue;
}

/** What is left of a run that is over: attempts that did not count, and, where it was interrupted, its jobs. */
async function forget(state: CoordinatorState, run: FleetRun): Promise<void> {
  for (const submission of [...state.queued.values()].filter((one) => one.run === run)) {
    submission.isClosed = true;
    state.queued.delete(submission.id);
    const queue = state.queues.get(submission.queue);
    if (queue) queue.queued--;
    for (const staged of submission.staged) await keepLate(state, submission, staged).catch(() => undefined);
  }
  for (const [id, own] of state.ended) if (own === run) state.ended.delete(id);
  state.runs.delete(run);
  state.suspects.close(run);
}

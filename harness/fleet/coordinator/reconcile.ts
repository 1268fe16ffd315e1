import { endOne } from './fleet-run.ts';
import { feed } from './feed.ts';
import { settle, writeFailure } from './settle.ts';
import { ableHosts, lackLines, type CoordinatorState } from './state.ts';
import type { SessionQueue } from './session-queue.ts';

/**
 * Compares what is outstanding with what Redis has: a worker that died after it completed its job has told nobody, and a Redis that came
 * back may have forgotten the last second.
 */
export async function reconcile(state: CoordinatorState): Promise<void> {
  for (const submission of state.queued.values()) await settle(state, submission);
  for (const queue of state.queues.values()) {
    await feed(state, queue);
    await endOrphans(state, queue);
  }
}

/** Ends cells that no host can run any more. One that restarts comes back within the patience of the fleet. */
async function endOrphans(state: CoordinatorState, queue: SessionQueue): Promise<void> {
  const outstanding = queue.queued + queue.backlog.length;
  if (outstanding === 0 || ableHosts(state, queue.needs).length > 0) {
    queue.orphanedSince = undefined;
    return;
  }
  queue.orphanedSince ??= performance.now();
  if (performance.now() - queue.orphanedSince < state.times.patience) return;
  const failure = `The hosts that could run this cell are gone.\n${lackLines(state, queue.needs)}`.trimEnd();
  const open = [...state.queued.values()].filter((one) => state.queues.get(one.queue) === queue && !one.isClosed);
  for (const submission of open) {
    submission.isClosed = true;
    state.queued.delete(submission.id);
    queue.queued--;
    await (await queue.find(submission.id))?.remove().catch(() => undefined);
  }
  for (const submission of [...open, ...queue.backlog.splice(0).map((make) => make())]) {
    state.counts.notApplicable++;
    await writeFailure(submission, { outcome: 'not-applicable', failure });
    endOne(submission.run);
  }
}

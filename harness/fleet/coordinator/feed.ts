import { placesFor, type CoordinatorState } from './state.ts';
import type { SessionQueue } from './session-queue.ts';
import type { Submission } from './submission.ts';

/** Jobs that Redis has for each cell that could run at once: a host that becomes free finds one, and Redis stays small. */
const jobsPerPlace = 2;
/** Before the hosts of a queue are known, and for small fleets. */
const fewestJobs = 8;

/** Fills a queue up from its backlog. */
export async function feed(state: CoordinatorState, queue: SessionQueue): Promise<void> {
  const window = Math.max(fewestJobs, placesFor(state, queue.needs) * jobsPerPlace);
  const room = window - queue.queued;
  // In batches: a round trip for each job would be most of its cost.
  if (queue.backlog.length === 0 || (room < window / 4 && queue.queued > 0)) return;
  await enqueue(
    state,
    queue,
    queue.backlog.splice(0, room).map((make) => make()),
  );
}

/** Adds jobs, which count as queued before Redis has them: its answer may come after a worker's. */
export async function enqueue(
  state: CoordinatorState,
  queue: SessionQueue,
  submissions: readonly Submission[],
  first?: true,
): Promise<void> {
  for (const one of submissions) state.queued.set(one.id, one);
  queue.queued += submissions.length;
  await queue.add(submissions, first);
}

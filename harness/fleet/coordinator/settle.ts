import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from 'bullmq';
import { messageOf } from '../../core/errors.ts';
import { tryName } from '../../run/in-process.ts';
import type { VerdictRecord } from '../../store/schema.ts';
import { objectKey } from '../handover/bucket.ts';
import { resultRecord, type ResultRecord } from '../records.ts';
import { enqueue, feed } from './feed.ts';
import { endOne } from './fleet-run.ts';
import { importResult, keepAttempt } from './import-result.ts';
import type { SessionQueue } from './session-queue.ts';
import type { CoordinatorState } from './state.ts';
import { named, type Submission } from './submission.ts';
import { putAside, withdrawLate } from './withdraw.ts';

/** How often the result of a cell may be lost before it is given up. */
const mostLosses = 3;

/**
 * Looks at the job of a try, and brings the try to its end when the job is at its own: its result is imported, or it is tried again, or
 * given up. Redis decides which attempt counts: it completes a job once, for the one that has its lock.
 */
export async function settle(state: CoordinatorState, submission: Submission): Promise<void> {
  try {
    await look(state, submission);
  } catch (error) {
    // Redis or the disk is away: the next comparison looks again.
    if (state.queued.get(submission.id) === submission) submission.isClosed = false;
    throw error;
  }
}

async function look(state: CoordinatorState, submission: Submission): Promise<void> {
  const queue = state.queues.get(submission.queue);
  if (submission.isClosed || !queue) return;
  const job = await queue.find(submission.id);
  if (submission.isClosed) return;
  if (!job) return lose(state, queue, submission, 'job');
  if (job.finishedOn === undefined) return;
  submission.isClosed = true;
  const result = resultRecord.safeParse(job.returnvalue).data;
  if (!result) {
    const why = job.failedReason ?? 'its job ended without a result';
    submission.run.log({ code: 'given-up', ...named(submission), why });
    state.counts.givenUp++;
    return conclude(state, queue, submission, job, { outcome: 'infra-failed', failure: givenUp(job, why) });
  }
  const staged =
    submission.staged.find(({ sha256 }) => sha256 === result.sha256) ?? (await fetchArchive(state, submission, result));
  if (!staged) return lose(state, queue, submission, 'result', job);
  try {
    await accept(state, submission, result, staged, job.failedReason);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      // This host's disk, and not the archive: the next comparison tries again.
      submission.isClosed = false;
      return;
    }
    submission.run.log({ code: 'unreadable', ...named(submission), attempt: staged.attempt, why: messageOf(error) });
    await rm(staged.file, { force: true });
    submission.staged = submission.staged.filter((other) => other !== staged);
    return lose(state, queue, submission, 'result', job);
  }
  const { host } = result;
  if (state.failedHosts.has(host)) {
    // It was under way when its host failed: it takes no part, like those that came in before.
    await putAside(state, submission, host);
    await job.remove().catch(() => undefined);
    return tryAgain(state, queue, submission);
  }
  const at = Date.now();
  await finish(state, queue, submission, job);
  state.suspects.add({ submission, host, at });
  // Its host may have failed while this one was brought to its end.
  if (state.failedHosts.has(host)) await withdrawLate(state, host);
}

/** The archive of a result in the bucket of the fleet; undefined where there is none. */
async function fetchArchive(
  { bucket }: CoordinatorState,
  { id, run }: Submission,
  { attempt, sha256 }: ResultRecord,
): Promise<Submission['staged'][number] | undefined> {
  if (!bucket) return undefined;
  const file = path.join(run.place, `${id}.${attempt}.tar.gz`);
  const key = objectKey(id, attempt);
  if (!(await bucket.get(key, file, sha256))) return undefined;
  await bucket.remove(key).catch(() => undefined);
  return { attempt, sha256, file };
}

async function accept(
  state: CoordinatorState,
  submission: Submission,
  { host, attempt, sha256 }: ResultRecord,
  staged: Submission['staged'][number],
  earlier: string | undefined,
): Promise<void> {
  const { run, one } = submission;
  const { verdict, used } = await importResult(submission, staged);
  await rm(staged.file, { force: true });
  submission.staged = submission.staged.filter((other) => other !== staged);
  run.log({
    code: 'accepted',
    ...named(submission),
    attempt,
    host,
    sha256,
    outcome: verdict.outcome,
    ...(earlier && { earlier }),
  });
  run.record({ builds: used.builds, kernels: used.kernels, host: { name: host, machine: used.machine } });
  run.plan.observer.cellEnded(tryName(one), verdict);
  state.counts.accepted++;
}

/** Writes the verdict of a try that no host brought to an end. */
async function conclude(
  state: CoordinatorState,
  queue: SessionQueue,
  submission: Submission,
  job: Job | undefined,
  failed: Pick<VerdictRecord, 'outcome' | 'failure'>,
): Promise<void> {
  await writeFailure(submission, failed);
  await finish(state, queue, submission, job);
}

/** Writes a verdict without a judgement. */
export async function writeFailure(
  { run: { plan }, one }: Pick<Submission, 'run' | 'one'>,
  failed: Pick<VerdictRecord, 'outcome' | 'failure'>,
): Promise<void> {
  const sizes = one.scenario === plan.scenario ? plan.sizes : undefined;
  const directory = await plan.directory.beginCell(one.cell, one.number, {
    scenario: one.scenario.name,
    ...(sizes && { sizes }),
  });
  const verdict: VerdictRecord = { schema: 2, ...failed, seconds: 0, shares: {} };
  await directory.writeVerdict(verdict);
  plan.observer.cellEnded(tryName(one), verdict);
}

async function finish(
  state: CoordinatorState,
  queue: SessionQueue,
  submission: Submission,
  job: Job | undefined,
): Promise<void> {
  submission.isClosed = true;
  state.queued.delete(submission.id);
  state.ended.set(submission.id, submission.run);
  queue.queued--;
  // The cell has its verdict: an archive that cannot be kept changes nothing.
  for (const staged of submission.staged) await keepLate(state, submission, staged).catch(() => undefined);
  endOne(submission.run);
  await job?.remove().catch(() => undefined);
  await feed(state, queue);
}

/** Keeps an archive of an attempt that another one has overtaken. */
export async function keepLate(
  state: CoordinatorState,
  { run, ...submission }: Pick<Submission, 'run'> & Partial<Pick<Submission, 'one' | 'id'>>,
  staged: Submission['staged'][number],
): Promise<void> {
  state.counts.notCounted++;
  const file = await keepAttempt(run, staged);
  run.log({
    code: 'not-counted',
    job: submission.id ?? '',
    attempt: staged.attempt,
    sha256: staged.sha256,
    file,
  });
}

/** Queues a try again whose job or result was lost; gives it up at the third time. */
async function lose(
  state: CoordinatorState,
  queue: SessionQueue,
  submission: Submission,
  what: 'job' | 'result',
  job?: Job,
): Promise<void> {
  submission.isClosed = true;
  submission.losses++;
  state.counts.lost++;
  submission.run.log({ code: 'lost', ...named(submission), losses: submission.losses, what });
  await job?.remove().catch(() => undefined);
  if (submission.losses >= mostLosses) {
    const failure = `The result was lost ${submission.losses} times; fleet.ndjson of the run has each.`;
    return conclude(state, queue, submission, job, { outcome: 'infra-failed', failure });
  }
  await tryAgain(state, queue, submission);
}

/** Queues a try whose job is removed before all others. */
async function tryAgain(state: CoordinatorState, queue: SessionQueue, submission: Submission): Promise<void> {
  submission.seenAttempt = 0;
  submission.isClosed = false;
  queue.queued--;
  await enqueue(state, queue, [submission], true);
}

function givenUp({ attemptsStarted }: Job, why: string): string {
  return `No host of the fleet brought this cell to its end, in ${attemptsStarted} attempts: ${why}`;
}

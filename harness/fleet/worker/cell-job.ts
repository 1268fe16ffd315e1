import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from 'bullmq';
import { messageOf } from '../../core/errors.ts';
import { packCell } from '../archive.ts';
import { handOver, RefusedError, tellEnded } from '../handover/client.ts';
import type { ResultRecord, SessionRecord, TryRecord } from '../records.ts';
import type { FleetTimes } from '../times.ts';
import type { Activity } from '../../store/activity.ts';
import { writeJson } from '../../store/files.ts';
import type { RunTry } from './run-child.ts';
import { childFiles } from './try-here.ts';

/** Why a worker ends a cell before its time. */
export type EndReason = 'lock-lost' | 'cancelled' | 'coordinator-gone' | 'stopping';

/** How a job ended on this host. */
export type JobEnd = 'completed' | 'refused' | 'crashed' | EndReason;

/** The end of a cell before its time: aborted once, with a reason. */
export class Ending {
  readonly #controller = new AbortController();
  /** Undefined while the cell may run. */
  reason: EndReason | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the cell; the first reason counts. */
  end(reason: EndReason): void {
    this.reason ??= reason;
    this.#controller.abort(new Error(`the cell was ended: ${this.reason}`));
  }
}

/** A job that this worker holds. */
export interface HeldJob {
  job: Job;
  token: string;
  order: TryRecord;
  session: SessionRecord;
  host: string;
  /** Directory of this host for the try; removed at its end. */
  scratch: string;
  times: FleetTimes;
  runTry: RunTry;
  doing: (activity: Activity) => void;
  ended: Ending;
  /** Called when a result could not be handed over, and is to be tried again. */
  onTrouble: (error: unknown) => void;
}

/**
 * Runs the cell of a job, hands its directory over, and then completes the job: in this order, so that a job that is completed has its
 * result. Never rejects for what the cell, its host or the network did.
 */
export async function runJob(held: HeldJob): Promise<JobEnd> {
  const { job, token, session, ended, scratch } = held;
  const renewing = renew(held);
  try {
    const file = await tryAndPack(held);
    await handOver(session, { job: job.id ?? '', attempt: job.attemptsStarted, ...file }, ended.signal, held.onTrouble);
    const result: ResultRecord = { schema: 1, host: held.host, attempt: job.attemptsStarted, sha256: file.sha256 };
    // Redis refuses it when another host has the lock by now.
    await job.moveToCompleted(result, token, false);
    await tellEnded(session, job.id ?? '', ended.signal);
    return 'completed';
  } catch (error) {
    if (ended.reason !== undefined) return giveBack(held, ended.reason);
    return await failJob(held, error);
  } finally {
    clearInterval(renewing);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function tryAndPack({ order, scratch, runTry, doing, ended }: HeldJob) {
  const { directory, result } = await runTry(order, { directory: scratch, signal: ended.signal, doing });
  ended.signal.throwIfAborted();
  // A cell that was interrupted has no verdict, and is no result.
  await stat(path.join(directory, 'verdict.json'));
  await writeJson(path.join(directory, childFiles.used), result);
  const file = path.join(scratch, 'cell.tar.gz');
  const { sha256 } = await packCell(directory, file);
  return { file, sha256 };
}

/** Renews the lock of a job. One that could not be renewed in its time may be another host's by now. */
function renew({ job, token, times, ended }: HeldJob): NodeJS.Timeout {
  let renewedAt = performance.now();
  const lose = () => ended.end('lock-lost');
  return setInterval(() => {
    if (performance.now() - renewedAt > times.lock) return lose();
    const sentAt = performance.now();
    job.extendLock(token, times.lock).then(
      (extended) => {
        if (extended === 0) lose();
        else renewedAt = sentAt;
      },
      // Redis does not answer: the time of the lock decides.
      () => undefined,
    );
  }, times.renew);
}

/** Ends the hold of a job whose cell was ended early. */
async function giveBack({ job, token }: HeldJob, reason: EndReason): Promise<JobEnd> {
  // Without the lock there is nothing to give back; without a coordinator, nobody to give it to.
  const step = {
    'lock-lost': () => Promise.resolve(),
    stopping: () => job.moveToWait(token),
    cancelled: () => remove(job, token),
    'coordinator-gone': () => remove(job, token),
  }[reason];
  await Promise.resolve(step()).catch(() => undefined);
  return reason;
}

async function remove(job: Job, token: string): Promise<void> {
  await job.moveToFailed(new Error('its run has ended'), token, false);
  await job.remove();
}

/** A cell that left no result is tried again, on any host, as often as its job allows. */
async function failJob({ job, token }: HeldJob, error: unknown): Promise<JobEnd> {
  await job
    .moveToFailed(error instanceof Error ? error : new Error(messageOf(error)), token, false)
    .catch(() => undefined);
  return error instanceof RefusedError ? 'refused' : 'crashed';
}

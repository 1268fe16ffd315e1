import { Queue, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { keys, prefix } from '../keys.ts';
import type { LabIdentity, Needs } from '../records.ts';
import type { FleetTimes } from '../times.ts';
import { mostStalls } from '../worker/queues.ts';
import { orderOf, type Submission } from './submission.ts';

/** Starts of a job that ended without a result, in all. */
const mostAttempts = 3;

/** A queue of a session: cells with the same needs, in the order of the night. */
export interface SessionQueue extends AsyncDisposable {
  readonly needs: Needs;
  /** Makes the tries that are not in Redis yet. */
  readonly backlog: (() => Submission)[];
  /** Jobs of it that Redis has. */
  queued: number;
  /** Since when no host can run it, by this process's clock (ms). */
  orphanedSince?: number | undefined;
  /** Adds jobs; the first of them is the next one with `first`. */
  add: (submissions: readonly Submission[], first?: true) => Promise<void>;
  find: (id: string) => Promise<Job | undefined>;
}

/** Opens a queue, and looks for its cells whose host is gone. */
export async function openSessionQueue(
  redis: Redis,
  { name, session, lab, needs }: { name: string; session: string; lab: LabIdentity; needs: Needs },
  times: FleetTimes,
): Promise<SessionQueue> {
  await redis.hset(keys.queues, name, JSON.stringify({ schema: 1, session, lab, needs }));
  // Nobody reads the events: kept ones would only take memory of Redis.
  const queue = new Queue(name, { connection: redis, prefix, streams: { events: { maxLen: 10 } } });
  const checker = new Worker(name, null, {
    connection: redis,
    prefix,
    autorun: false,
    lockDuration: times.lock,
    stalledInterval: times.stalled,
    maxStalledCount: mostStalls,
  });
  // The connection itself tells of its errors.
  queue.on('error', () => {});
  checker.on('error', () => {});
  await checker.startStalledCheckTimer();
  return {
    needs,
    backlog: [],
    queued: 0,
    async add(submissions, first) {
      await queue.addBulk(
        submissions.map((one) => ({
          name: one.one.scenario.name,
          data: orderOf(one),
          opts: { jobId: one.id, attempts: mostAttempts, lifo: first ?? false, stackTraceLimit: 1 },
        })),
      );
    },
    find: (id) => queue.getJob(id),
    async [Symbol.asyncDispose]() {
      // First: a check writes a key.
      await checker.close(true).catch(() => undefined);
      const removed = queue.obliterate({ force: true }).then(() => redis.hdel(keys.queues, name));
      // Redis may be away: the next coordinator sweeps what is left.
      await Promise.race([removed, new Promise((resolve) => setTimeout(resolve, 5000).unref())]).catch(() => undefined);
      await queue.close().catch(() => undefined);
    },
  };
}

/** Removes the queues of coordinators that are gone for good. */
export async function sweepQueues(redis: Redis, queues: readonly { name: string; session: string }[]): Promise<void> {
  for (const { name, session } of queues) {
    if ((await redis.exists(keys.session(session))) > 0) continue;
    const queue = new Queue(name, { connection: redis, prefix });
    queue.on('error', () => {});
    await queue.obliterate({ force: true });
    await redis.hdel(keys.queues, name);
    await queue.close();
  }
}

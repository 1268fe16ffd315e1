import { Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { staticDockers } from '../../../vms/docker-builds.ts';
import { isSameLab, keys, prefix } from '../keys.ts';
import { hasCached, lacksOf } from '../needs.ts';
import { queueRecord, readRecord, type HostRecord, type LabIdentity, type Needs } from '../records.ts';
import type { FleetTimes } from '../times.ts';

/** A queue whose cells this host can run. */
export interface OpenQueue {
  name: string;
  session: string;
  needs: Needs;
}

/** The queues of a lab, as Redis lists them. */
export async function readQueues(redis: Redis, lab: LabIdentity): Promise<OpenQueue[]> {
  const found = Object.entries(await redis.hgetall(keys.queues)).flatMap(([name, text]) => {
    const record = readRecord(text, queueRecord);
    return record && isSameLab(record.lab, lab) ? [{ name, session: record.session, needs: record.needs }] : [];
  });
  return found;
}

/**
 * The queues that a host takes cells from, first those whose builds and kernels it has cached. A static build that another host has
 * cached and this one has not is left to that host, since it might not be available here at all. Pure.
 */
export function chosenBy(host: HostRecord, queues: readonly OpenQueue[], others: readonly HostRecord[]): OpenQueue[] {
  const able = queues.filter(({ needs }) => lacksOf(host, needs).length === 0);
  const isElsewhere = ({ needs }: OpenQueue) =>
    staticDockers.some(({ name }) => name === needs.daemon) &&
    others.some((other) => other.state === 'ready' && lacksOf(other, needs).length === 0 && hasCached(other, needs));
  const cached = able.filter(({ needs }) => hasCached(host, needs));
  return [...cached, ...able.filter((queue) => !cached.includes(queue) && !isElsewhere(queue))];
}

/** Takes jobs from queues. */
export interface Taker extends AsyncDisposable {
  /** The first job of the first of these queues that has one. */
  take: (queues: readonly OpenQueue[], token: string) => Promise<{ job: Job; queue: OpenQueue } | undefined>;
  /** Closes every queue but these: an open one is looked at, and its key written, for as long as the worker lives. */
  keep: (names: ReadonlySet<string>) => Promise<void>;
}

/** Opens each queue when it first has work: most of a fleet's queues are empty most of the time. */
export function openTaker(redis: Redis, times: FleetTimes): Taker {
  const workers = new Map<string, Worker>();
  const workerOf = async (name: string) => {
    const known = workers.get(name);
    if (known) return known;
    const worker = new Worker(name, null, {
      connection: redis,
      prefix,
      autorun: false,
      lockDuration: times.lock,
      stalledInterval: times.stalled,
      maxStalledCount: mostStalls,
    });
    // The connection itself tells of its errors.
    worker.on('error', () => {});
    workers.set(name, worker);
    await worker.startStalledCheckTimer();
    return worker;
  };
  return {
    async take(queues, token) {
      if (queues.length === 0) return undefined;
      const asked = redis.pipeline();
      for (const { name } of queues) asked.llen(`${prefix}:${name}:wait`);
      const lengths = (await asked.exec()) ?? [];
      for (const [i, queue] of queues.entries()) {
        if (!(Number(lengths[i]?.[1]) > 0)) continue;
        const job: Job | undefined = await (await workerOf(queue.name)).getNextJob(token, { block: false });
        if (job) return { job, queue };
      }
      return undefined;
    },
    async keep(names) {
      const ended = [...workers].filter(([name]) => !names.has(name));
      for (const [name] of ended) workers.delete(name);
      await Promise.all(ended.map(([, worker]) => worker.close(true)));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...workers.values()].map((worker) => worker.close(true)));
    },
  };
}

/** How often a cell may lose its host before it is given up: three attempts in all. */
export const mostStalls = 2;

import type { Redis } from 'ioredis';
import { keys, prefix } from './keys.ts';
import { queueRecord, readRecord, type Needs } from './records.ts';

/** A queue, and its jobs. */
export interface QueueLength {
  name: string;
  session: string;
  needs: Needs;
  waiting: number;
  running: number;
}

/** The queues of all runs with their jobs. */
export async function readQueueLengths(redis: Redis): Promise<QueueLength[]> {
  const { Queue } = await import('bullmq');
  const all: QueueLength[] = [];
  for (const [name, text] of Object.entries(await redis.hgetall(keys.queues))) {
    const record = readRecord(text, queueRecord);
    if (!record) continue;
    const queue = new Queue(name, { connection: redis, prefix });
    const { wait = 0, active = 0 } = await queue.getJobCounts('wait', 'active');
    await queue.close();
    all.push({ name, session: record.session, needs: record.needs, waiting: wait, running: active });
  }
  return all;
}

import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Redis } from 'ioredis';
import { keys } from '../keys.ts';
import type { SessionRecord } from '../records.ts';
import type { FleetTimes } from '../times.ts';

/** A coordinator that lives: workers see it, and stop when it cancels its cells or is gone. */
export interface Session extends AsyncDisposable {
  readonly record: SessionRecord;
  /** Tells all workers within two of their polls. */
  cancel: () => Promise<void>;
  /** Tells how far it is, with the next heartbeat. */
  count: (cells: { submitted: number; accepted: number; givenUp: number; notApplicable: number }) => void;
}

/** An id that sorts by time, and of which there is no other. */
export function newSessionId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/**
 * Begins a session, and beats until it is disposed.
 *
 * @param onCancel called when someone asks for it by `lab fleet cancel`
 * @param onSlow called when Redis took longer for a heartbeat than there is between two
 */
export async function beginSession(
  redis: Redis,
  identity: Pick<SessionRecord, 'id' | 'lab' | 'address' | 'key' | 'bucket'>,
  times: FleetTimes,
  { onCancel, onSlow }: { onCancel: () => void; onSlow: (seconds: number) => void },
): Promise<Session> {
  const now = new Date().toISOString();
  const { id } = identity;
  const record: SessionRecord = {
    schema: 1,
    ...identity,
    host: os.hostname(),
    startedAt: now,
    beatAt: now,
    cancelled: false,
    cells: { all: 0, ended: 0 },
  };
  const beat = async () => {
    record.beatAt = new Date().toISOString();
    await redis
      .multi()
      .set(keys.session(id), JSON.stringify(record), 'PX', times.forget)
      .set(keys.alive(id), record.beatAt, 'PX', times.gone)
      .sadd(keys.sessions, id)
      .exec();
  };
  await beat();
  const beating = setInterval(() => {
    const begin = performance.now();
    beat().then(
      () => {
        const seconds = (performance.now() - begin) / 1000;
        if (seconds * 1000 > times.beat) onSlow(Math.round(seconds * 10) / 10);
      },
      () => undefined,
    );
  }, times.beat);
  const polling = setInterval(() => {
    redis.exists(keys.cancel(id)).then(
      (asked) => asked > 0 && onCancel(),
      () => undefined,
    );
  }, times.poll);
  return {
    record,
    cancel() {
      record.cancelled = true;
      return beat();
    },
    count({ submitted, accepted, givenUp, notApplicable }) {
      record.cells = { all: submitted, ended: accepted + givenUp + notApplicable };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      clearInterval(polling);
      const left = redis.multi().del(keys.session(id), keys.alive(id), keys.cancel(id)).srem(keys.sessions, id);
      await Promise.race([left.exec(), new Promise((resolve) => setTimeout(resolve, 2000).unref())]).catch(
        () => undefined,
      );
    },
  };
}

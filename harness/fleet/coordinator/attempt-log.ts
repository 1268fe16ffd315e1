import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { outcomes } from '../../core/outcome.ts';
import { plainName } from '../records.ts';

const stamp = { schema: z.literal(1), time: z.iso.datetime() };
const attempt = { cell: z.string(), number: z.int().positive(), job: plainName };

function eventOf<C extends string, S extends z.core.$ZodLooseShape>(code: C, fields: S) {
  return z.strictObject({ ...stamp, code: z.literal(code), ...fields });
}

/** A line of `fleet.ndjson` of a run: what the fleet did for its cells, faults among it. */
export const fleetEventRecord = z.discriminatedUnion('code', [
  /** A host says that it runs a try. */
  eventOf('attempt-began', { ...attempt, attempt: z.int().positive(), host: plainName }),
  /** The result of an attempt is the one that counts. */
  eventOf('accepted', {
    ...attempt,
    attempt: z.int().positive(),
    host: plainName,
    sha256: z.string(),
    outcome: z.enum(outcomes).optional(),
    /** Why an earlier attempt ended without a result. */
    earlier: z.string().optional(),
  }),
  /** An archive that does not count: kept as `attempts/FILE` where it is named. */
  eventOf('not-counted', { job: plainName, attempt: z.int().positive(), sha256: z.string(), file: z.string() }),
  /** An archive that was accepted and cannot be read. */
  eventOf('unreadable', { ...attempt, attempt: z.int().positive(), why: z.string() }),
  /** Redis no longer knows a job, or its result is not here: it is queued again. */
  eventOf('lost', { ...attempt, losses: z.int().positive(), what: z.enum(['job', 'result']) }),
  /** No host could bring it to an end. */
  eventOf('given-up', { ...attempt, why: z.string() }),
  /** The host of a result failed its canary since: the cell runs again elsewhere. */
  eventOf('suspect', { ...attempt, host: plainName, file: z.string().optional() }),
  eventOf('host-joined', { host: plainName }),
  eventOf('host-gone', { host: plainName }),
  eventOf('host-failed-canary', { host: plainName, checks: z.array(z.string()) }),
  eventOf('redis-away', {}),
  eventOf('redis-back', { seconds: z.number().nonnegative() }),
  /** Redis was connected, and took so long to answer. */
  eventOf('redis-slow', { seconds: z.number().nonnegative() }),
]);
type FleetEventRecord = z.infer<typeof fleetEventRecord>;

type WithoutStamp<T> = T extends unknown ? Omit<T, keyof typeof stamp> : never;
export type FleetEvent = WithoutStamp<FleetEventRecord>;

/** Appends to the log of one run. */
export type AttemptLog = (event: FleetEvent) => void;

/** Lines that wait for space on the disk. A fault has a few; more are not worth the memory. */
const mostWaiting = 10_000;

/** The log in the directory of a run. A disk that is full ends no run: lines wait for the next event. */
export function openAttemptLog(run: string): AttemptLog {
  const file = path.join(run, 'fleet.ndjson');
  const waiting: string[] = [];
  let isTorn = false;
  return ({ code, ...rest }) => {
    waiting.push(`${JSON.stringify({ schema: 1, time: new Date().toISOString(), code, ...rest })}\n`);
    if (waiting.length > mostWaiting) waiting.shift();
    try {
      // A disk that became full within a line has kept its first part.
      appendFileSync(file, `${isTorn ? '\n' : ''}${waiting.join('')}`);
      waiting.length = 0;
      isTorn = false;
    } catch {
      isTorn = true;
      // The events are what a reader looks for: they are written as soon as that is possible.
    }
  };
}

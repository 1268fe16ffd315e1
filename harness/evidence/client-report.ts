import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** The answer of a client to every order: the proof that its fault happened. */
const report = z.strictObject({
  sent: z.int(),
  open: z.int(),
  answered: z.int(),
  givenUp: z.int(),
  ended: z.int(),
  bytes: z.int(),
  failures: z.record(z.string(), z.int()),
  /** Calls that were left with bytes of the answer unread; absent for clients that do not count them. */
  unread: z.int().optional(),
  /** Rounds of its own schedule that it has begun; absent for clients that were told what to send. */
  rounds: z.int().optional(),
  /** Seconds that the order took. */
  seconds: z.number(),
  /** The longest that the engine's event loop did not turn, in milliseconds; a real client has none to be looked into. */
  longestTurn: z.number().optional(),
  /** Bytes of the engine that are resident. */
  rss: z.int(),
});
export type Report = z.infer<typeof report>;

export const clientReport = defineEvidence({
  kind: 'client-report',
  meaning: 'The calls of a client so far, by their fate, and what the client itself uses.',
  units: {
    sent: 'calls',
    open: 'connections',
    answered: 'calls',
    givenUp: 'calls',
    ended: 'connections',
    bytes: 'bytes that were read',
    failures: 'calls by name of error',
    unread: 'calls',
    rounds: 'rounds over all containers',
    seconds: 'seconds',
    longestTurn: 'milliseconds',
    rss: 'bytes',
  },
  schema: report,
});

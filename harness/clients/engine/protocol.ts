import { z } from 'zod';

/** The orders of the harness to the engine, one JSON line each. */
export const order = z.discriminatedUnion('do', [
  /** Sends so many calls, to the containers in turn. */
  z.strictObject({ do: z.literal('send'), calls: z.int().positive(), containers: z.array(z.string()).min(1) }),
  /** Gives up on what waits, in the behaviour's way, if the behaviour ever gives up. */
  z.strictObject({ do: z.literal('give-up') }),
  z.strictObject({ do: z.literal('report') }),
  /** Closes every connection. */
  z.strictObject({ do: z.literal('close') }),
]);
export type Order = z.infer<typeof order>;

/** The engine's answer to every order: the proof that the client's fault happened. */
export const report = z.strictObject({
  sent: z.int(),
  open: z.int(),
  answered: z.int(),
  givenUp: z.int(),
  ended: z.int(),
  bytes: z.int(),
  failures: z.record(z.string(), z.int()),
  /** Seconds that the order took. */
  seconds: z.number(),
  /** The longest that the engine's event loop did not turn, in milliseconds; a real client has none to be looked into. */
  longestTurn: z.number().optional(),
  /** Bytes of the engine that are resident. */
  rss: z.int(),
});
export type Report = z.infer<typeof report>;

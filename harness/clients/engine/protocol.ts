import { z } from 'zod';

/** The orders of the harness to the engine, one JSON line each. */
export const order = z.discriminatedUnion('do', [
  /** Sends so many calls, to the containers in turn. */
  z.strictObject({ do: z.literal('send'), calls: z.int().positive(), containers: z.array(z.string()).min(1) }),
  /** Gives up on what waits, in the behaviour's way, if the behaviour ever gives up. */
  z.strictObject({ do: z.literal('give-up') }),
  z.strictObject({ do: z.literal('report') }),
  /** Begins the behaviour's own schedule: a call for each container every period, for so many periods. It is done at once. */
  z.strictObject({ do: z.literal('begin'), periods: z.int().positive(), containers: z.array(z.string()).min(1) }),
  /** Closes every connection. */
  z.strictObject({ do: z.literal('close') }),
]);
export type Order = z.infer<typeof order>;

import { z } from 'zod';

/** The reaction of a client that gives up on a call. `nothing`: it forgets the call and keeps the socket. */
const givingUp = ['nothing', 'closes', 'half-closes', 'second-request'] as const;

/** The way a client requests stats: all that the engine has to know, as data. */
export const behaviour = z.strictObject({
  name: z.string(),
  /** The real client that it represents. */
  summary: z.string(),
  /** `one-shot` needs API 1.41, that is docker 20.10. */
  call: z.enum(['non-stream', 'stream', 'one-shot']),
  /** Seconds between two rounds over all containers. */
  period: z.number().positive(),
  /** Seconds until it gives up on a call; absent: it never does. */
  givesUpAfter: z.number().positive().optional(),
  onGivingUp: z.enum(givingUp).optional(),
  /** Where its process is: beside the daemon, or in a container with the daemon's socket and a network namespace of its own. */
  place: z.enum(['host', 'container']).default('host'),
  /** Bytes of an answer after which it stops reading; absent: it reads on. */
  stopsReadingAfter: z.int().nonnegative().optional(),
});
export type Behaviour = z.input<typeof behaviour>;

/**
 * The behaviour of that name.
 *
 * @throws {RangeError} when there is none.
 */
export function behaviourNamed(name: string): Behaviour {
  const found = behaviours.find((one) => one.name === name);
  if (!found) throw new RangeError(`no client is called ${name}`);
  return found;
}

/** Seconds of a well-behaved client's time-out: Docker's own CLI and most SDKs use 60, agents less. */
const timeout = 3;

/** The clients that were seen in production, and those that separate their faults. */
export const behaviours: readonly Behaviour[] = [
  {
    name: 'agent-1.20',
    summary: 'the agent from production: all containers every 10 s, and it never gives up (context.Background())',
    call: 'non-stream',
    period: 10,
  },
  {
    name: 'agent-1.20-in-container',
    summary: 'the same agent as people deploy it: in a container that the socket is mounted into',
    call: 'non-stream',
    period: 10,
    place: 'container',
  },
  {
    name: 'agent-1.18',
    summary: 'its well-behaved version: gives up and closes',
    call: 'non-stream',
    period: 10,
    givesUpAfter: timeout,
    onGivingUp: 'closes',
  },
  {
    name: 'timeout-no-cancel',
    summary: 'has a time-out, but keeps the connection of a call that it gave up on',
    call: 'non-stream',
    period: 10,
    givesUpAfter: timeout,
    onGivingUp: 'nothing',
  },
  {
    name: 'timeout-cancel',
    summary: 'has a time-out and closes the connection',
    call: 'non-stream',
    period: 10,
    givesUpAfter: timeout,
    onGivingUp: 'closes',
  },
  {
    name: 'half-close',
    summary: 'shuts down its side of the connection (SHUT_WR) when it gives up',
    call: 'non-stream',
    period: 10,
    givesUpAfter: timeout,
    onGivingUp: 'half-closes',
  },
  {
    name: 'second-request',
    summary: 'sends another request on the connection of the call that hangs, and closes later',
    call: 'non-stream',
    period: 10,
    givesUpAfter: timeout,
    onGivingUp: 'second-request',
  },
  {
    name: 'stalled-reader',
    summary: 'opens a stream and stops reading it',
    call: 'stream',
    period: 10,
    stopsReadingAfter: 0,
  },
  {
    name: 'one-shot',
    summary: 'asks for one sample that waits for no collector (API 1.41)',
    call: 'one-shot',
    period: 10,
  },
];

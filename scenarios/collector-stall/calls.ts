import type { Client } from '../../harness/clients/engine/client.ts';
import { waitFor } from '../../harness/dosing/wait-for.ts';
import { limitOn } from '../../harness/machine/limit-on.ts';
import { connections } from '../../harness/probes/connections.ts';
import type { Target } from '../../harness/probes/probe.ts';
import type { Stall } from './stall.ts';

/** Seconds, on a host, for a dose to arrive, or to be answered: a healthy collector needs two of its ticks. */
const doseLimit = 60;

/** The target of the calls. */
export interface CallTarget {
  target: Target;
  client: Client;
  ids: string[];
  /** While the collector is held up. */
  stall?: Stall;
  /** Calls that are sent at once. */
  burst: number;
}

/**
 * Sends calls and waits until the daemon has them all, or has answered them all, as the collector lets it; a stall that ends in
 * between lets it answer. They go in
 * bursts of one size: Go keeps what its largest burst needed (goroutines, buckets of maps, pools), and growth by bursts is not
 * growth by calls.
 *
 * @param atOnce calls of one burst
 * @throws {LabError} when that takes longer than {@link doseLimit}
 */
export async function applyCalls(subject: CallTarget, count: number, atOnce = subject.burst): Promise<void> {
  const { target, client, ids, stall } = subject;
  const seconds = limitOn(target.machine, doseLimit);
  const held = async () => (await connections.read(target))['connections'] ?? 0;
  for (let sent = 0; sent < count; sent += atOnce) {
    const { open } = await client.tell({ do: 'send', calls: Math.min(atOnce, count - sent), containers: ids });
    if (stall && !(await stall.hasEnded())) await takenOrReleased(subject, stall, open);
    if (!stall || (await stall.hasEnded())) await answered(subject);
    const { open: left } = await client.tell({ do: 'give-up' });
    // The daemon needs a moment to see that a client has gone.
    await waitFor('waiting for the daemon to let go', `${left} connections`, held, (seen) => seen <= left, seconds);
  }
}

/** Waits until the daemon holds the calls, or its containerd is no longer the one that was stopped. */
async function takenOrReleased({ target }: CallTarget, stall: Stall, open: number): Promise<void> {
  const look = async () => {
    const connected = (await connections.read(target))['connections'] ?? 0;
    return { connected, stallEnded: connected < open && (await stall.hasEnded()) };
  };
  await waitFor(
    'waiting for the daemon to take the calls',
    `${open} connections, or another containerd`,
    look,
    ({ connected, stallEnded }) => connected >= open || stallEnded,
    limitOn(target.machine, doseLimit),
  );
}

/** Waits until every call that waits is answered; resolves with the seconds that it took. */
export function answered({ client, target }: CallTarget): Promise<number> {
  const look = () => client.tell({ do: 'report' });
  return waitFor(
    'waiting for the answers',
    'every call that waits is answered',
    look,
    ({ sent, answered: done, givenUp }) => done + givenUp >= sent,
    limitOn(target.machine, doseLimit),
  );
}

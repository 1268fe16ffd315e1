import type { Client } from '../harness/clients/engine/client.ts';
import { until } from '../harness/dosing/until.ts';
import { connections } from '../harness/probes/connections.ts';
import { readOutput, type Target } from '../harness/probes/probe.ts';

/** Seconds, on a host, for a dose to arrive, or to be answered: a healthy collector needs two of its ticks. */
const doseLimit = 60;

/** What calls are applied to. */
export interface Subject {
  target: Target;
  client: Client;
  ids: string[];
  /** Whether the collector is held up. */
  stalled: boolean;
  /** Calls that are sent at once. */
  burst: number;
}

/**
 * Sends calls and waits until the daemon has them all, or has answered them all, as the collector lets it. They go in
 * bursts of one size: Go keeps what its largest burst needed (goroutines, buckets of maps, pools), and growth by bursts is not
 * growth by calls.
 *
 * @param atOnce calls of one burst
 * @throws {LabError} when that takes longer than {@link doseLimit}
 */
export async function applyCalls(subject: Subject, count: number, atOnce = subject.burst): Promise<void> {
  const { target, client, ids, stalled } = subject;
  const seconds = secondsFor(target);
  const held = async () => (await connections.read(target))['connections'] ?? 0;
  for (let sent = 0; sent < count; sent += atOnce) {
    const { open } = await client.tell({ do: 'send', calls: Math.min(atOnce, count - sent), containers: ids });
    if (!stalled) await answered(subject);
    else
      await until(
        'waiting for the daemon to take the calls',
        `${open} connections`,
        held,
        (seen) => seen >= open,
        seconds,
      );
    const { open: left } = await client.tell({ do: 'give-up' });
    // The daemon needs a moment to see that a client has gone.
    await until('waiting for the daemon to let go', `${left} connections`, held, (seen) => seen <= left, seconds);
  }
}

function secondsFor({ machine: { description } }: Target): number {
  return doseLimit * (description.slowness ?? 1);
}

/** Waits until every call that waits is answered; resolves with the seconds that it took. */
export function answered({ client, target }: Subject): Promise<number> {
  const look = () => client.tell({ do: 'report' });
  return until(
    'waiting for the answers',
    'every call that waits is answered',
    look,
    ({ sent, answered: done, givenUp }) => done + givenUp >= sent,
    secondsFor(target),
  );
}

/** Stops or continues the daemon's own containerd, which the collector asks for every container's numbers. */
export async function signalContainerd(target: Target, signal: 'STOP' | 'CONT'): Promise<void> {
  const script = `busybox kill -${signal} $(busybox pidof docker-containerd containerd)`;
  await readOutput(target, `SIG${signal} to containerd`, ['busybox', 'sh', '-c', script]);
}

import type { Client } from '../clients/engine/client.ts';
import type { TickCounter } from '../clients/tick-counter.ts';
import { connections } from '../probes/connections.ts';
import { limitOn } from '../machine/limit-on.ts';
import type { Target } from '../probes/probe.ts';
import { awaitAnswers, burstLimit } from './answers.ts';
import { waitFor } from './wait-for.ts';

/**
 * Sends a burst of stats calls, gives the collector its ticks to answer, and lets the client do what it does then.
 * Resolves when the daemon holds no more connections than the client.
 */
export async function applyBurst(
  target: Target,
  client: Client,
  ids: string[],
  calls: number,
  counter: TickCounter,
): Promise<void> {
  await client.tell({ do: 'send', calls, containers: ids });
  await awaitAnswers(client, counter, target.machine);
  const { open } = await client.tell({ do: 'give-up' });
  if (client.behaviour.onGivingUp === 'half-closes') await counter.reached(counter.ticks + 1);
  await awaitConnections(target, open, limitOn(target.machine, burstLimit));
}

/**
 * Waits until the daemon holds at most so many connections of clients. The harness's own, e.g. the counter's stream, are
 * not among them: the kernel lists an accepted socket in the network namespace of the process that connected (af_unix.c).
 */
async function awaitConnections(target: Target, most: number, seconds: number): Promise<void> {
  await waitFor(
    'waiting for the daemon to let go',
    `${most} connections`,
    async () => (await connections.read(target))['connections'] ?? 0,
    (seen) => seen <= most,
    seconds,
  );
}

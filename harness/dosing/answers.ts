import type { Client } from '../clients/engine/client.ts';
import type { TickCounter } from '../clients/tick-counter.ts';
import type { Machine } from '../machine/contract.ts';
import { limitOn } from '../machine/limit-on.ts';
import { waitFor } from './wait-for.ts';

/**
 * Ticks of the collector, counted on another container, within which a call is answered or never. An answer takes two publications. A
 * call that comes in the middle of a round, after its own container and before the counted one, has missed that round though its tick
 * is counted; and as a round visits containers in random order (a map of Go), its second publication may come after the counted
 * container's in the last one, too: two and two. With three, a restarted container of 1.13.1 was once said to hang.
 */
export const burstTicks = 4;

/** Seconds, on a host, for a burst to arrive or to be closed. */
export const burstLimit = 60;

/**
 * Waits until every call of a client is answered or given up, or the collector has had its ticks without another answer.
 *
 * On an emulated CPU the daemon takes up a burst over several ticks, and three of them passed before the first answer or between two: of
 * 3,000 calls in a vagrant box 306 and 500 were given up on though all would have been answered (20.10.24, 2026-11-22).
 */
export async function awaitAnswers(
  client: Pick<Client, 'tell'>,
  counter: Pick<TickCounter, 'ticks'>,
  machine: Pick<Machine, 'description'>,
): Promise<void> {
  const patience = limitOn(machine, burstTicks);
  let deadline = counter.ticks + patience;
  let before = 0;
  const look = async () => {
    const report = await client.tell({ do: 'report' });
    const { ticks } = counter;
    if (report.answered > before) deadline = ticks + patience;
    before = report.answered;
    return { ...report, isOver: ticks >= deadline };
  };
  await waitFor(
    'waiting for the collector',
    'answers, or its ticks without any',
    look,
    ({ sent, answered, givenUp, isOver }) => answered + givenUp >= sent || isOver,
    limitOn(machine, burstLimit),
  );
}

import type { Client } from '../clients/engine/client.ts';
import type { TickCounter } from '../clients/tick-counter.ts';
import { until } from './until.ts';

/** Ticks of the collector that a burst is given: an answer takes two publications. */
export const burstTicks = 3;

/**
 * Waits until every call of a client is answered or given up, or the collector has had its ticks without another answer.
 *
 * @param seconds at the most
 */
export async function awaitAnswers(
  client: Pick<Client, 'tell'>,
  counter: Pick<TickCounter, 'ticks'>,
  seconds: number,
): Promise<void> {
  let deadline = counter.ticks + burstTicks;
  let before = 0;
  const look = async () => {
    const report = await client.tell({ do: 'report' });
    const { ticks } = counter;
    // A busy daemon takes up calls over several ticks: one in ten was given up on an emulated CPU (vagrant, 20.10.24, 2026-11-22).
    if (report.answered > before) deadline = ticks + burstTicks;
    before = report.answered;
    return { ...report, isOver: ticks >= deadline };
  };
  await until(
    'waiting for the collector',
    'answers, or its ticks without any',
    look,
    ({ sent, answered, givenUp, isOver }) => answered + givenUp >= sent || isOver,
    seconds,
  );
}

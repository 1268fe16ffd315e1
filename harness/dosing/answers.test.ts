import test from 'ava';
import type { Report } from '../evidence/client-report.ts';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { awaitAnswers, burstTicks } from './answers.ts';

/** Waits for ten calls of which so many are answered at each tick; every look is a tick. @returns the last look */
async function answeredAt(answers: readonly number[], slowness = 1): Promise<{ ticks: number; answered: number }> {
  const counter = { ticks: 0 };
  const seen: Report = {
    sent: 10,
    open: 10,
    answered: 0,
    givenUp: 0,
    ended: 0,
    bytes: 0,
    failures: {},
    seconds: 0,
    rss: 0,
  };
  const tell = () => {
    seen.answered += answers[counter.ticks] ?? 0;
    counter.ticks++;
    return Promise.resolve({ ...seen });
  };
  await awaitAnswers({ tell }, counter, { description: { ...fakeHost, slowness } });
  return { ticks: counter.ticks, answered: seen.answered };
}

test('calls that hang are given the ticks that an answer takes', async (t) => {
  t.deepEqual(await answeredAt([]), { ticks: burstTicks, answered: 0 });
});

test('calls that are answered are not waited for any longer', async (t) => {
  t.deepEqual(await answeredAt([0, 10]), { ticks: 2, answered: 10 });
});

test('a daemon that is still answering is waited for', async (t) => {
  t.deepEqual(await answeredAt([0, 0, 2, 2, 0, 2, 2, 2]), { ticks: 8, answered: 10 });
});

test('an emulated daemon has more ticks for its first answer', async (t) => {
  t.deepEqual(await answeredAt([0, 0, 0, 0, 10], 5), { ticks: 5, answered: 10 });
  t.deepEqual(await answeredAt([], 5), { ticks: 5 * burstTicks, answered: 0 });
});

test('a daemon that answers some and hangs then', async (t) => {
  t.deepEqual(await answeredAt([0, 4]), { ticks: 1 + 1 + burstTicks, answered: 4 });
});

/**
 * Ticks of another container that are counted from the arrival of a call until its own has been published twice.
 *
 * @param orders for each round, whether the call's container comes before the counted one
 * @param arrival publications of the first round that are over when the call arrives
 */
function ticksUntilAnswered(orders: readonly boolean[], arrival: 0 | 1 | 2): number {
  const publications = orders.flatMap((own) => (own ? ['own', 'counted'] : ['counted', 'own'])).slice(arrival);
  const second = publications.indexOf('own', publications.indexOf('own') + 1);
  return publications.slice(0, second).filter((one) => one === 'counted').length;
}

test('no order of rounds makes an answer take as many ticks as a call is given, and one makes it take all but one', (t) => {
  const all = [0, 1, 2].flatMap((arrival) =>
    Array.from({ length: 16 }, (_, bits) => {
      const orders = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0);
      return ticksUntilAnswered(orders, arrival === 0 ? 0 : arrival === 1 ? 1 : 2);
    }),
  );
  t.is(Math.max(...all), burstTicks - 1);
});

import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { Places } from './places.ts';

/** Longer than the test: nothing here waits for it. */
const ever = 3600_000;
const signal = new AbortController().signal;

const never = () => {
  throw new Error('it waited');
};

/** Two runs with one cell each on a host with two places, and a second cell of the first run that waits. */
async function fullHost(t: ExecutionContext) {
  const locks = scratch(t);
  const [run, otherRun] = [new Places(2, locks, ever), new Places(2, locks, ever)];
  const own = await run.take(never, signal);
  const other = await otherRun.take(never, signal);
  t.deepEqual(readdirSync(locks).toSorted(), ['cell-place-0.lock', 'cell-place-1.lock']);
  const waits = Promise.withResolvers<void>();
  const waiting = run.take(waits.resolve, signal);
  await waits.promise;
  return { own, other, waiting };
}

for (const [whose, from] of [
  ['another run', 'other'],
  ['its own run, when the other goes on for hours', 'own'],
] as const) {
  test(`a cell that waits takes the place that is given back by ${whose}`, async (t) => {
    const host = await fullHost(t);
    await host[from]?.[Symbol.asyncDispose]();
    const taken = await host.waiting;
    t.not(taken, undefined);
    for (const place of [taken, host.own, host.other]) await place?.[Symbol.asyncDispose]();
  });
}

test('cells of a run that wait begin in their order, and all of them in the end', async (t) => {
  const locks = scratch(t);
  const [one, other] = [new Places(3, locks, ever), new Places(3, locks, ever)];
  const held = await Promise.all([1, 2, 3].map(() => other.take(() => {}, signal)));
  const order: number[] = [];
  const cells = [1, 2, 3].map(async (cell) => {
    const place = await one.take(() => {}, signal);
    t.not(place, undefined);
    order.push(cell);
    return place;
  });
  for (const place of held) await place?.[Symbol.asyncDispose]();
  for (const place of await Promise.all(cells)) await place?.[Symbol.asyncDispose]();
  t.deepEqual(order, [1, 2, 3]);
});

test('a run that has waited long enough goes on without places, and waits no more', async (t) => {
  const locks = scratch(t);
  const held = await new Places(1, locks, ever).take(() => {}, signal);
  let waits = 0;
  const impatient = new Places(1, locks, 1);
  t.is(await impatient.take(() => waits++, signal), undefined);
  t.is(await impatient.take(() => waits++, signal), undefined);
  t.is(waits, 1);
  await held?.[Symbol.asyncDispose]();
});

test('an interrupt ends the wait; where no lock can be, cells run without', async (t) => {
  const locks = scratch(t);
  const held = await new Places(1, locks, ever).take(() => {}, signal);
  const interrupt = new AbortController();
  t.is(await new Places(1, locks, ever).take(() => interrupt.abort(), interrupt.signal), undefined);
  await held?.[Symbol.asyncDispose]();
  t.is(await new Places(1, '/proc/none', ever).take(() => {}, signal), undefined);
});

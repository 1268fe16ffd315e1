import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { turns } from './turns.ts';

/** Longer than the test: nothing here waits for it. */
const ever = { wait: 3600_000, keep: 3600_000 };

test('so many have a turn at once, and the others follow', async (t) => {
  const inTurn = turns(2, ever);
  const begun: number[] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const all = ends.map(({ promise }, i) =>
    inTurn(() => {
      begun.push(i);
      return promise;
    }),
  );
  await nextTurn();
  t.deepEqual(begun, [0, 1]);
  ends[1]?.resolve(1);
  await all[1];
  await nextTurn();
  t.deepEqual(begun, [0, 1, 2]);
  for (const [i, { resolve }] of ends.entries()) resolve(i);
  t.deepEqual(await Promise.all(all), [0, 1, 2, 3]);
});

test('one that hangs delays others, and does not stop them', async (t) => {
  const inTurn = turns(1, { wait: 3600_000, keep: 1 });
  const never = Promise.withResolvers<never>();
  void inTurn(() => never.promise);
  t.is(await inTurn(() => Promise.resolve('went on')), 'went on');
});

test('an error is that of the work, and the next has its turn', async (t) => {
  const inTurn = turns(1, ever);
  const failing = inTurn(() => Promise.reject(new Error('no such image')));
  const next = inTurn(() => Promise.resolve('fine'));
  await t.throwsAsync(failing, { message: 'no such image' });
  t.is(await next, 'fine');
});

test('a turn among other processes is waited for, kept during the work, and given up after it', async (t) => {
  const told: string[] = [];
  const free = Promise.withResolvers<void>();
  const inTurn = turns(1, ever, async () => {
    await free.promise;
    told.push('held');
    return { [Symbol.asyncDispose]: () => Promise.resolve(void told.push('given up')) };
  });
  const work = inTurn(() => Promise.resolve(void told.push('worked')));
  await nextTurn();
  t.deepEqual(told, []);
  free.resolve();
  await work;
  await nextTurn();
  t.deepEqual(told, ['held', 'worked', 'given up']);
});

test('where no turn comes among other processes, the work begins without, and no longer waits for one', async (t) => {
  const waits = Promise.withResolvers<AbortSignal>();
  const inTurn = turns(1, { wait: 1, keep: 3600_000 }, (signal) => {
    waits.resolve(signal);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  t.is(await inTurn(() => Promise.resolve('went on')), 'went on');
  t.true((await waits.promise).aborted);
  const failing = turns(1, ever, () => Promise.reject(new Error('the cache is read-only')));
  t.is(await failing(() => Promise.resolve('went on')), 'went on');
});

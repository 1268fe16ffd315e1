import test from 'ava';
import { abandoned } from './abandoned.ts';

test('what is kept is released when its starter is gone', async (t) => {
  const parents = [42, 42, 1];
  await abandoned(new AbortController().signal, () => parents.shift() ?? 1);
  t.deepEqual(parents, []);
});

test('who is released is not waited for', async (t) => {
  const released = new AbortController();
  const waiting = abandoned(released.signal, () => 42);
  released.abort();
  await t.notThrowsAsync(waiting);
});

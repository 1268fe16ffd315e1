import test from 'ava';
import { Kept } from './kept.ts';

test('made once, by what it is made of', async (t) => {
  const kept = new Kept<string>();
  let count = 0;
  const make = () => Promise.resolve(`the ${++count}.`);
  const both = [kept.get('a', make), kept.get('a', make)];
  t.deepEqual(await Promise.all(both), ['the 1.', 'the 1.']);
  t.is(await kept.get('b', make), 'the 2.');
  t.deepEqual(await kept.take(), ['the 1.', 'the 2.']);
  t.deepEqual(await kept.take(), []);
  t.is(await kept.get('a', make), 'the 3.', 'what was taken is made anew');
});

test('one that could not be made is told to all who waited, and is made anew for the next', async (t) => {
  const kept = new Kept<string>();
  const broken = () => Promise.reject(new Error('no room'));
  const waiting = [kept.get('a', broken), kept.get('a', broken)];
  for (const one of waiting) await t.throwsAsync(one, { message: 'no room' });
  t.is(await kept.get('a', () => Promise.resolve('made')), 'made');
  t.deepEqual(await kept.take(), ['made']);
});

test('what is being made is waited for, and what fails then needs no end', async (t) => {
  const kept = new Kept<string>();
  const { promise, reject } = Promise.withResolvers<string>();
  const failing = kept.get('a', () => promise);
  const taken = kept.take();
  reject(new Error('interrupted'));
  t.deepEqual(await taken, []);
  await t.throwsAsync(failing, { message: 'interrupted' });
});

import test from 'ava';
import { cellsOf, type Cell } from './cell.ts';
import { distinguish } from './distinguish.ts';

const none = new Map();
const all = cellsOf(
  [
    { name: 'flags', levels: ['unset', 'shared', 'slave', 'private'] },
    { name: 'restore', levels: ['on', 'off'] },
    { name: 'starts', levels: ['fresh', 'restarted', 'twice'] },
  ],
  none,
  none,
);

const isLost = (cell: Cell) =>
  ['slave', 'private'].includes(cell['flags'] ?? '') && cell['restore'] === 'on' && cell['starts'] !== 'fresh';

test('cells that are one set', (t) => {
  t.deepEqual(distinguish(all, isLost), [
    { flags: ['slave', 'private'], restore: ['on'], starts: ['restarted', 'twice'] },
  ]);
});

test('cells that are one set for each level of a factor', (t) => {
  const isChosen = (cell: Cell) => (cell['restore'] === 'on' ? isLost(cell) : cell['starts'] === 'twice');
  t.deepEqual(distinguish(all, isChosen), [
    { restore: ['on'], flags: ['slave', 'private'], starts: ['restarted', 'twice'] },
    { restore: ['off'], starts: ['twice'] },
  ]);
});

test('none, all, and cells that have little in common', (t) => {
  t.deepEqual(
    distinguish(all, () => false),
    [],
  );
  t.deepEqual(
    distinguish(all, () => true),
    [],
  );
  let number = 0;
  t.is(
    distinguish(all, () => number++ % 5 === 0),
    undefined,
  );
});

test('a product whose other cells were not tried', (t) => {
  // The main job has all cells of one docker, and those of the cause and its controls of another.
  const first = all.map((cell) => ({ docker: '1', ...cell }));
  const others = all
    .filter((cell) => isLost(cell) || cell['flags'] === 'unset')
    .map((cell) => ({ docker: '2', ...cell }));
  t.deepEqual(distinguish([...first, ...others], isLost), [
    { flags: ['slave', 'private'], restore: ['on'], starts: ['restarted', 'twice'] },
  ]);
});

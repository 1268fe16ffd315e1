import test from 'ava';
import { cellsOf, type Cell } from '../core/cell.ts';
import { abridged, causeFirst } from './order-cells.ts';

const none = new Map();
const daemons = ['replica 1.13.1', '20.10.24', '26.1.5'];
const all = cellsOf(
  [
    { name: 'daemon', levels: daemons },
    { name: 'flags', levels: ['unset', 'slave'] },
    { name: 'starts', levels: ['fresh', 'restarted', 'twice'] },
  ],
  none,
  none,
);
const first = [
  { flags: 'slave', starts: 'restarted' },
  { flags: 'unset', starts: 'restarted' },
];
const words = (cells: Cell[]) => cells.map((cell) => Object.values(cell).join(' '));

test('the cause of each docker comes first, beside its control', (t) => {
  const ordered = causeFirst(all, first);
  t.deepEqual(words(ordered).slice(0, 7), [
    'replica 1.13.1 slave restarted',
    'replica 1.13.1 unset restarted',
    '20.10.24 slave restarted',
    '20.10.24 unset restarted',
    '26.1.5 slave restarted',
    '26.1.5 unset restarted',
    'replica 1.13.1 unset fresh',
  ]);
  t.deepEqual(words(ordered).toSorted(), words(all).toSorted());
});

test('without a cause that is known the order stays', (t) => {
  t.deepEqual(causeFirst(all), all);
});

test('one docker has all cells, the others the cause and its control', (t) => {
  const cells = abridged(all, daemons, first);
  const count = (daemon: string) => cells.filter((cell) => cell['daemon'] === daemon).length;
  t.deepEqual(daemons.map(count), [2, 2, 6]);
  const real = daemons.slice(1);
  t.is(abridged(all, real, first).filter((cell) => cell['daemon'] === real[0]).length, 6);
  t.is(abridged(all.slice(0, 6), ['replica 1.13.1'], first).length, 6);
});

import test from 'ava';
import { levelNames, levelReader } from './levels.ts';

const starts = { fresh: 0, restarted: 1 } as const;
const level = levelReader([
  { name: 'mountFlags', levels: ['unset', 'slave'] },
  { name: 'starts', levels: levelNames(starts) },
  { name: 'limit', levels: ['none', 'memory'], unrecorded: 'none' },
]);
const cell = { daemon: '20.10.24', mountFlags: 'slave', starts: 'restarted' };

test('a level, and what it stands for', (t) => {
  t.is(level(cell, 'mountFlags'), 'slave');
  t.is(starts[level(cell, 'starts')], 1);
});

test('a cell that was stored before the factor existed', (t) => {
  t.is(level(cell, 'limit'), 'none');
  t.is(level({ ...cell, limit: 'memory' }, 'limit'), 'memory');
});

test('a cell without the factor, and one with a level of another version', (t) => {
  t.throws(() => level({ daemon: '20.10.24' }, 'starts'), {
    instanceOf: RangeError,
    message: 'the cell daemon=20.10.24 has no factor starts',
  });
  t.throws(() => level({ ...cell, mountFlags: 'rslave' }, 'mountFlags'), {
    instanceOf: RangeError,
    message: 'the factor mountFlags has no level rslave',
  });
});

test('a misspelt level and a misspelt factor do not compile', (t) => {
  // @ts-expect-error -- the test: mountFlags has no level slvae, so this must not compile
  t.false(level(cell, 'mountFlags') === 'slvae');
  // @ts-expect-error -- the test: there is no factor mountFlag, so this must not compile
  t.throws(() => level(cell, 'mountFlag'));
});

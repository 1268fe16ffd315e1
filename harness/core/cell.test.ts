import test from 'ava';
import { UsageError } from './errors.ts';
import { cellHash, cellName, cellsOf, controlOf, levelOf, neededLevel, parseSelection, type Factor } from './cell.ts';

const factors: Factor[] = [
  { name: 'mountFlags', levels: ['unset', 'shared', 'slave', 'private'] },
  { name: 'liveRestore', levels: ['on', 'off'], aliases: { true: 'on', false: 'off' } },
  { name: 'systemd', levels: ['219', '240', '252'], defaults: ['219'] },
];
const known = 'Known: mountFlags, liveRestore, systemd.';

test('a cell is named by its levels, in its own order', (t) => {
  t.is(cellName({ daemon: '20.10.24', mountFlags: 'slave' }), 'daemon=20.10.24/mountFlags=slave');
  t.is(cellName({ mountFlags: 'slave', daemon: '20.10.24' }), 'mountFlags=slave/daemon=20.10.24');
});

test('a cell has the levels that it has', (t) => {
  const cell = { daemon: '20.10.24', mountFlags: '' };
  t.is(levelOf(cell, 'daemon'), '20.10.24');
  t.is(neededLevel(cell, 'kernel'), undefined);
  t.throws(() => levelOf(cell, 'kernel'), {
    instanceOf: RangeError,
    message: 'the cell daemon=20.10.24/mountFlags= has no factor kernel',
  });
  t.is(controlOf(cell), undefined);
  t.is(controlOf({ ...cell, control: 'clean run' }), 'clean run');
});

test('a cell has one hash in any order of its factors, and the same for ever', (t) => {
  const cell = { daemon: '20.10.24', mountFlags: 'slave' };
  // echo -n '[["daemon","20.10.24"],["mountFlags","slave"]]' | sha256sum
  t.is(cellHash(cell), 'a14e5b20afdf');
  t.is(cellHash({ mountFlags: 'slave', daemon: '20.10.24' }), cellHash(cell));
  t.not(cellHash({ ...cell, mountFlags: 'shared' }), cellHash(cell));
  t.not(cellHash({ daemon: 'slave', mountFlags: '20.10.24' }), cellHash(cell));
});

const selects = test.macro({
  exec(t, texts: string[], expected: Record<string, string[]>, among: Factor[] = factors) {
    t.deepEqual(parseSelection(texts, among), new Map(Object.entries(expected)));
  },
  title: (_, texts: string[]) => `selects ${texts.join(' and ') || 'nothing'}`,
});

test(selects, [], {});
test(selects, ['mountFlags=slave'], { mountFlags: ['slave'] });
test(selects, ['mountFlags=slave,private'], { mountFlags: ['slave', 'private'] });
test(selects, ['mountFlags=slave,private,systemd=219,252'], {
  mountFlags: ['slave', 'private'],
  systemd: ['219', '252'],
});
test(selects, ['mountFlags=slave,mountFlags=private'], { mountFlags: ['slave', 'private'] });
test(selects, ['mountFlags=slave', 'mountFlags=private'], { mountFlags: ['slave', 'private'] });
test(selects, [',mountFlags=slave,,private,'], { mountFlags: ['slave', 'private'] });
test(selects, ['liveRestore=true,off'], { liveRestore: ['on', 'off'] });
test(selects, ['daemon=1.13.1,/tmp/a,daemon=/tmp/b=c'], { daemon: ['1.13.1', '/tmp/a', '/tmp/b=c'] }, [
  { name: 'daemon', levels: [], open: true },
]);

const refuses = test.macro({
  exec(t, texts: string[], message: string) {
    t.throws(() => parseSelection(texts, factors), { instanceOf: UsageError, message });
  },
  title: (_, texts: string[]) => `refuses ${texts.join(' and ')}`,
});

test(refuses, ['mountFlag=slave'], `There is no factor "mountFlag". Did you mean "mountFlags"? ${known}`);
test(refuses, ['kernel=3.10'], `There is no factor "kernel". ${known}`);
test(refuses, ['=slave'], `There is no factor "". ${known}`);
test(
  refuses,
  ['mountFlags=slav'],
  'mountFlags has no level "slav". Did you mean "slave"? Known: unset, shared, slave, private.',
);
test(refuses, ['liveRestore=maybe'], 'liveRestore has no level "maybe". Known: on, off.');
test(refuses, ['mountFlags=slave,on'], 'mountFlags has no level "on". Known: unset, shared, slave, private.');
test(refuses, ['systemd='], 'systemd has no level "". Known: 219, 240, 252.');
test(refuses, ['slave'], '"slave" names no factor: write FACTOR=LEVEL, e.g. mountFlags=slave.');
test(refuses, ['mountFlags=slave', 'private'], '"private" names no factor: write FACTOR=LEVEL, e.g. mountFlags=slave.');

const small: Factor[] = [
  { name: 'liveRestore', levels: ['on', 'off'] },
  { name: 'systemd', levels: ['219', '240', '252'], defaults: ['219', '240'] },
];

const combines = test.macro({
  exec(t, { only = {}, not = {} }: Partial<Record<'only' | 'not', Record<string, string[]>>>, expected: string[]) {
    const cells = cellsOf(small, new Map(Object.entries(only)), new Map(Object.entries(not)));
    t.deepEqual(cells.map(cellName), expected);
  },
  title: (_, selection) => `combines ${JSON.stringify(selection)}`,
});

test(combines, {}, [
  'liveRestore=on/systemd=219',
  'liveRestore=on/systemd=240',
  'liveRestore=off/systemd=219',
  'liveRestore=off/systemd=240',
]);
test(combines, { only: { systemd: ['252', '219'], liveRestore: ['on'] } }, [
  'liveRestore=on/systemd=219',
  'liveRestore=on/systemd=252',
]);
test(combines, { not: { systemd: ['219'], liveRestore: ['off'] } }, ['liveRestore=on/systemd=240']);
test(combines, { only: { systemd: ['240', '252'] }, not: { systemd: ['240'], liveRestore: ['on'] } }, [
  'liveRestore=off/systemd=252',
]);

test('no factors make one cell', (t) => {
  t.deepEqual(cellsOf([], new Map(), new Map()), [{}]);
});

const selectsNothing = test.macro((t, only: Record<string, string[]>, not: Record<string, string[]>) => {
  t.throws(() => cellsOf(small, new Map(Object.entries(only)), new Map(Object.entries(not))), {
    instanceOf: UsageError,
    message: 'The selection is empty: --only and --not leave no cell.',
  });
});

test('a selection without any of the defaults is empty', selectsNothing, {}, { systemd: ['219', '240'] });
test('what is both asked for and excluded is empty', selectsNothing, { systemd: ['252'] }, { systemd: ['252'] });

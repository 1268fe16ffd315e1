import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { cellName, cellsOf, type Cell } from '../core/cell.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { StoredCell } from '../store/read-run.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { bugSentence, bugWords } from './bug-words.ts';

const none = new Map();
const all = cellsOf(
  [
    { name: 'daemon', levels: ['20.10.24', '26.1.5'] },
    { name: 'mountFlags', levels: ['unset', 'shared', 'slave', 'private'] },
    { name: 'liveRestore', levels: ['on', 'off'] },
    { name: 'starts', levels: ['fresh', 'restarted', 'restarted-twice'] },
  ],
  none,
  none,
);

const loses = ({ mountFlags, liveRestore, starts }: Cell) =>
  ['slave', 'private'].includes(mountFlags ?? '') && liveRestore === 'on' && starts !== 'fresh';

function stored(
  cells: readonly Cell[],
  bugOf: (cell: Cell) => Judgement['bug'],
  outcome: VerdictRecord['outcome'] = 'as-expected',
): StoredCell[] {
  return cells.map((cell) => ({
    plan: { schema: 1, name: cellName(cell), hash: '', cell, repeat: 1 },
    directory: '',
    verdict: {
      schema: 2,
      outcome,
      seconds: 1,
      shares: {},
      judgement: { ...fakeJudgement('met'), bug: bugOf(cell) },
    },
  }));
}

test('a bug that showed where it was expected', (t) => {
  const cells = stored(all, (cell) => (loses(cell) ? 'present' : 'absent'));
  t.is(
    bugSentence(cells),
    'Reproduced in 8 of 48 cells, exactly where expected: MountFlags slave or private, live-restore on, after a restart or after two restarts.',
  );
});

test('a bug that showed in one docker alone, elsewhere than expected', (t) => {
  const cells = stored(all, (cell) => (cell['daemon'] === '26.1.5' && loses(cell) ? 'present' : 'absent'));
  const [first, ...rest] = cells;
  const missed = stored([first?.plan.cell ?? {}], () => 'absent', 'unexpected');
  t.is(
    bugSentence([...missed, ...rest]),
    'Reproduced in 4 of 48 cells: docker 26.1.5, MountFlags slave or private, live-restore on, after a restart or after two restarts; 1 cell is not as expected.',
  );
});

test('one cell, all cells, none, and none that is known', (t) => {
  const one = all.slice(0, 1);
  const many = all.slice(0, 4);
  t.is(bugSentence(stored(one, () => 'present')), 'Reproduced, as expected.');
  t.is(bugSentence(stored(one, () => 'absent')), 'Not present, as expected.');
  t.is(bugSentence(stored(one, () => 'absent', 'unexpected')), 'Not present; 1 cell is not as expected.');
  t.is(bugSentence(stored(many, () => 'present')), 'Reproduced in all 4 cells, as expected.');
  t.is(bugSentence(stored(many, () => 'absent')), 'Not present in any of 4 cells, as expected.');
  t.is(
    bugSentence(stored(many, () => 'unknown', 'inconclusive')),
    'Whether the bug is present could not be decided; 4 cells are inconclusive.',
  );
  t.is(bugSentence([]), undefined);
});

test('controls say nothing about the bug', (t) => {
  const control = stored([{ control: 'planted leak', daemon: '26.1.5' }], () => 'present');
  t.is(bugSentence([...control, ...stored(all.slice(0, 1), () => 'absent')]), 'Not present, as expected.');
  t.is(bugSentence(control), undefined);
  t.deepEqual(control.map(bugWords), ['–']);
});

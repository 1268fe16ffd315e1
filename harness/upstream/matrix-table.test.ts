import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { cellName, cellsOf } from '../core/cell.ts';
import type { JudgedCell } from './evidence.ts';
import { matrixTable } from './matrix-table.ts';

const none = new Map();

function judged(daemons: readonly string[], starts: readonly string[]): JudgedCell[] {
  const factors = [
    { name: 'daemon', levels: daemons },
    { name: 'mountFlags', levels: ['unset', 'slave', 'private'] },
    { name: 'starts', levels: starts },
  ];
  return cellsOf(factors, none, none).map((cell) => ({
    plan: { schema: 1, name: cellName(cell), hash: '', cell, repeat: 1 },
    directory: '',
    verdict: {
      schema: 2,
      outcome: 'as-expected',
      seconds: 1,
      shares: {},
      judgement: {
        ...fakeJudgement('met'),
        bug: cell['mountFlags'] !== 'unset' && cell['starts'] !== 'fresh' ? 'present' : 'absent',
      },
    },
  }));
}

test('two rows say where the bug shows, for any number of cells', (t) => {
  const cells = [
    ...judged(['26.1.5'], ['restarted']),
    ...judged(['20.10.24'], ['fresh', 'restarted', 'restarted-twice']),
  ];
  t.is(
    matrixTable(cells),
    `| cells | 20.10.24 | 26.1.5 |
| --- | --- | --- |
| MountFlags slave or private, after a restart or after two restarts | 4 of 4 | 2 of 2 |
| all others | 0 of 5 | 0 of 1 |`,
  );
});

test('cells of one kind have nothing that distinguishes them', (t) => {
  const [cell] = judged(['20.10.24'], ['restarted']).slice(1);
  t.is(matrixTable(cell ? [cell] : []), '| cells | 20.10.24 |\n| --- | --- |\n| all cells | 1 of 1 |');
});

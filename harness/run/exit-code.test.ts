import test from 'ava';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Outcome } from '../core/outcome.ts';
import type { StoredRun } from '../store/read-run.ts';
import type { RunRecord } from '../store/schema.ts';
import { bisectCodeOf, exitCodeOf, exitCodes } from './exit-code.ts';

/** A cell of a run: what became of it and of the bug; `killed` has no verdict, a failure no judgement. */
type Cell = 'killed' | Outcome | [Outcome, Judgement['bug']];

function storedRun(cells: Cell[], state: RunRecord['state']): StoredRun {
  return {
    directory: 'results/fake/1',
    run: {
      schema: 1,
      scenario: 'fake',
      claim: '',
      state,
      startedAt: '2026-11-22T06:09:16Z',
      commandLine: [],
      lab: { version: '0.1.0', revision: 'unknown', node: '24.21.0' },
      jobs: 1,
      machine: {
        kind: 'fake',
        machine: 'fake',
        kernel: '',
        kernelCommandLine: '',
        cpus: 1,
        memoryBytes: 1,
        limits: [],
      },
      builds: [],
      cells: cells.map((_, i) => `n=${i}`),
      notes: [],
    },
    cells: cells.map((cell, i) => ({
      plan: { schema: 1, name: `n=${i}`, hash: '', cell: { n: `${i}` }, repeat: 1 },
      directory: '',
      ...(cell !== 'killed' && { verdict: verdictOf(cell) }),
    })),
  };
}

function verdictOf(cell: Exclude<Cell, 'killed'>): NonNullable<StoredRun['cells'][number]['verdict']> {
  const [outcome, bug] = typeof cell === 'string' ? [cell] : cell;
  return { schema: 2, outcome, seconds: 1, shares: {}, ...(bug && { judgement: { ...fakeJudgement('met'), bug } }) };
}

const exits = test.macro({
  exec(t, cells: Cell[], code: number, bisect: number, state: RunRecord['state'] = 'finished') {
    const run = storedRun(cells, state);
    t.deepEqual([exitCodeOf(run), bisectCodeOf(run)], [code, bisect]);
  },
  title: (_, cells: Cell[], code: number, bisect: number, state: RunRecord['state'] = 'finished') =>
    `${state}: ${cells.map((cell) => [cell].flat().join(' ')).join(', ') || 'no cells'} → ${code}, --bisect ${bisect}`,
});

// A bug that reproduces where it is expected is as expected.
test(exits, [['as-expected', 'absent']], 0, 0);
test(exits, [['as-expected', 'present']], 0, 1);
test(
  exits,
  [
    ['as-expected', 'absent'],
    ['as-expected', 'present'],
  ],
  0,
  1,
);
test(exits, [['as-expected', 'unknown']], 0, 125);
test(exits, [['unexpected', 'absent']], 1, 0);
test(exits, [['unexpected', 'present']], 1, 1);
test(exits, [['inconclusive', 'present']], 2, 1);
test(
  exits,
  [
    ['inconclusive', 'absent'],
    ['as-expected', 'absent'],
  ],
  2,
  0,
);
test(exits, ['inconclusive'], 2, 125);
test(exits, ['not-applicable'], 3, 125);
test(exits, ['boot-failed'], 3, 125);
test(exits, ['infra-failed'], 3, 125);
test(exits, ['killed'], 3, 125);
// The worst outcome decides, and one cell that shows the bug is enough.
test(exits, [['inconclusive', 'absent'], ['unexpected', 'absent'], 'infra-failed'], 1, 125);
test(exits, ['infra-failed', 'inconclusive'], 2, 125);
test(exits, [['as-expected', 'absent'], 'infra-failed'], 3, 125);
test(exits, [['as-expected', 'absent'], 'killed'], 3, 125);
test(exits, ['infra-failed', 'killed', ['as-expected', 'present']], 3, 1);
// A run that did not come to its end is not all as expected, but what it found, it found.
test(exits, [['as-expected', 'absent']], 3, 125, 'interrupted');
test(exits, [['as-expected', 'absent']], 3, 125, 'running');
test(exits, [['as-expected', 'present']], 3, 1, 'interrupted');
test(exits, [['unexpected', 'absent']], 1, 125, 'interrupted');
test(exits, [], 3, 125, 'running');

test('the codes are the documented ones', (t) => {
  t.deepEqual(exitCodes, { asExpected: 0, unexpected: 1, inconclusive: 2, couldNotRun: 3, usage: 64 });
});

test('a finished run with a cell that was not started has not passed', (t) => {
  const run = storedRun([['as-expected', 'absent']], 'finished');
  run.run.cells.push('n=1');
  t.deepEqual([exitCodeOf(run), bisectCodeOf(run)], [3, 125]);
});

import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import type { StoredRun } from '../store/read-run.ts';
import { cellHash, cellName } from '../core/cell.ts';
import { disagreementsIn } from './disagreements.ts';

/** A run with one cell, tried by these hosts with these verdicts. */
function runOf(tries: [host: string, is: 'met' | 'missed' | 'failed'][]): StoredRun {
  const cell = { mountFlags: 'slave' };
  return {
    directory: 'results/netns-restore/1',
    run: {
      schema: 1,
      scenario: 'netns-restore',
      claim: '',
      state: 'finished',
      startedAt: '2026-11-26T12:00:00.000Z',
      commandLine: [],
      lab: { version: '0.1.0', revision: 'abc', node: '24.21.0' },
      jobs: 2,
      machine: fakeHost,
      builds: [],
      cells: [cellName(cell)],
      notes: [],
    },
    cells: tries.map(([host, is], i) => ({
      directory: '',
      plan: { schema: 1, name: cellName(cell), hash: cellHash(cell), cell, repeat: i + 1 },
      verdict: {
        schema: 2,
        host,
        seconds: 1,
        shares: {},
        ...(is === 'failed'
          ? { outcome: 'infra-failed', failure: 'no' }
          : { outcome: is === 'met' ? 'as-expected' : 'unexpected', judgement: fakeJudgement(is) }),
      },
    })),
  };
}

test('a host that says otherwise than two others is named, with what they say', (t) => {
  t.deepEqual(
    disagreementsIn([
      runOf([
        ['alpha', 'met'],
        ['beta', 'met'],
        ['gamma', 'missed'],
      ]),
    ]),
    [
      {
        host: 'gamma',
        scenario: 'netns-restore',
        cell: 'mountFlags=slave',
        verdict: { outcome: 'unexpected', bug: 'absent' },
        others: { hosts: ['alpha', 'beta'], verdict: { outcome: 'as-expected', bug: 'absent' } },
      },
    ],
  );
});

test('one against one is no majority, one host twice is one, and what was not judged says nothing', (t) => {
  t.deepEqual(
    disagreementsIn([
      runOf([
        ['alpha', 'met'],
        ['beta', 'missed'],
      ]),
    ]),
    [],
  );
  t.deepEqual(
    disagreementsIn([
      runOf([
        ['alpha', 'met'],
        ['alpha', 'met'],
        ['beta', 'missed'],
      ]),
    ]),
    [],
  );
  t.deepEqual(
    disagreementsIn([
      runOf([
        ['alpha', 'met'],
        ['beta', 'met'],
        ['gamma', 'failed'],
      ]),
    ]),
    [],
  );
  t.deepEqual(
    disagreementsIn([runOf([['alpha', 'met']]), runOf([['beta', 'met']]), runOf([['gamma', 'missed']])]).length,
    1,
  );
});

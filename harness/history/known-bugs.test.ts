import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import { openHistory } from './history.ts';
import { makeNight, makeRun, type MadeCell } from './testing/stored.ts';

const dockers = ['replica 1.13.1', '20.10.24', '26.1.5', '28.5.2'];

/** Cells of a run: `flags=slave` has the bug on these dockers. */
function cellsOf(affected: readonly string[]): MadeCell[] {
  const cell = (daemon: string, flags: string): MadeCell => {
    const bug: Judgement['bug'] = flags === 'slave' && affected.includes(daemon) ? 'present' : 'absent';
    return {
      levels: { daemon, flags },
      outcome: 'as-expected',
      verdict: { judgement: { ...fakeJudgement('met'), bug } },
    };
  };
  return dockers.flatMap((daemon) => ['slave', 'unset'].map((flags) => cell(daemon, flags)));
}

async function bugsAfter(t: Parameters<typeof scratch>[0], ...runs: (readonly string[])[]) {
  const results = scratch(t);
  for (const [i, affected] of runs.entries()) {
    await makeRun(results, 'fake', `2026-11-0${i + 1}T02:00:00.000Z`, cellsOf(affected));
  }
  using history = await openHistory(results);
  return history.knownBugs();
}

test('open in those that have it, fixed since the first that has not, and what it needs', async (t) => {
  const [bug, ...more] = await bugsAfter(t, ['replica 1.13.1', '20.10.24', '26.1.5']);
  t.deepEqual(more, []);
  t.like(bug, {
    scenario: 'fake',
    subjects: 'daemon',
    where: [{ flags: ['slave'] }],
    openIn: ['20.10.24', '26.1.5'],
    fixedSince: '28.5.2',
    absentWith: { flags: ['unset'] },
  });
  t.deepEqual(
    bug?.sightings.map(({ subject, bug: seen }) => `${subject} ${seen}`),
    ['replica 1.13.1 present', '20.10.24 present', '26.1.5 present', '28.5.2 absent'],
  );
});

test('the newest run decides: a bug that comes back is open again', async (t) => {
  const [fixed] = await bugsAfter(t, ['20.10.24', '26.1.5', '28.5.2'], ['20.10.24']);
  t.is(fixed?.fixedSince, '26.1.5');
  const [reopened] = await bugsAfter(t, ['20.10.24', '26.1.5', '28.5.2'], ['20.10.24'], ['20.10.24', '28.5.2']);
  t.is(reopened?.fixedSince, undefined);
  t.deepEqual(reopened?.openIn, ['20.10.24', '28.5.2']);
});

test('a night that does not count says nothing', async (t) => {
  const results = scratch(t);
  const start = '2026-11-01T02:00:00.000Z';
  const run = await makeRun(results, 'fake', start, cellsOf(['20.10.24']));
  await makeNight(results, start, [run], {
    valid: false,
    invalidBecause: [{ reason: 'control-not-tried', control: 'planted leak' }],
  });
  using history = await openHistory(results);
  t.deepEqual(history.knownBugs(), []);
});

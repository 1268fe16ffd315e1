import test from 'ava';
import { summaryWords } from '../../harness/report/value-words.ts';
import { replicaBuild, replicaOrigin } from '../../harness/daemons/replica/build.ts';
import { machineKinds } from '../../harness/machines/registry.ts';
import { runCell } from '../../harness/run/run-cell.ts';
import { createRunDirectory } from '../../harness/store/run-directory.ts';
import { netnsRestore } from '../../scenarios/netns-restore/scenario.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { scratch } from '../support/scratch.ts';

test.serial('netns-restore on the replica: judged as 1.13.1, every cell is as expected', async (t) => {
  const [kind] = machineKinds;
  if (!kind) throw new Error('there is no kind of machine');
  const build = await replicaBuild(quietly());
  t.is(build.name, 'replica 1.13.1');
  t.like(build, { version: '1.13.1', commit: 'replica' });
  t.true(JSON.stringify(build.origin).includes((await replicaOrigin()).sha256));
  const run = await createRunDirectory(scratch(t), netnsRestore.name, new Date());
  const levels = [
    { mountFlags: 'slave', liveRestore: 'on', starts: 'restarted' },
    { mountFlags: 'private', liveRestore: 'on', starts: 'restarted-twice' },
    { mountFlags: 'unset', liveRestore: 'on', starts: 'restarted' },
    { mountFlags: 'slave', liveRestore: 'off', starts: 'restarted' },
    { mountFlags: 'slave', liveRestore: 'on', starts: 'fresh' },
  ];
  const host = await kind.describe();
  const tried = levels.map(async (level, index) => {
    const cell = { daemon: build.name, ...level, systemd: '219' };
    const directory = await run.beginCell(cell, index + 1);
    const [doing, hold] = [() => {}, () => Promise.resolve()];
    const { signal } = new AbortController();
    const verdict = await runCell({ scenario: netnsRestore, cell, build, kind, host, directory, doing, hold, signal });
    t.is(verdict?.outcome, 'as-expected', JSON.stringify(verdict, undefined, 2));
    return summaryWords(verdict?.judgement?.observed);
  });
  t.deepEqual(await Promise.all(tried), [
    'netns lost 3/3 · stats: 3 hangs · duplicate-ip',
    'netns lost 3/3 · stats: 3 hangs · duplicate-ip',
    'netns kept · stats: 3 values',
    'netns kept · stats: 3 values',
    'netns kept · stats: 3 values',
  ]);
});

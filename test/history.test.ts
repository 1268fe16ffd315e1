import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { makeNight, makeRun, slope, namespaces } from '../harness/history/testing/stored.ts';
import { cli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

const slave = { daemon: '20.10.24', mountFlags: 'slave' };
const unset = { daemon: '20.10.24', mountFlags: 'unset' };

/** Four nights, the third of which broke a cell; a draft was made of the second. */
async function fourNights(results: string): Promise<void> {
  for (const day of [1, 2, 3, 4]) {
    const start = `2026-11-0${day}T02:00:00.000Z`;
    const run = await makeRun(results, 'fake', start, [
      { levels: slave, outcome: day < 3 ? 'as-expected' : 'unexpected', slopes: [slope(day)] },
      { levels: unset, outcome: 'as-expected' },
    ]);
    await makeNight(results, start, [run]);
  }
}

test('lab compare: two nights, and what is asked wrongly', async (t) => {
  const results = scratch(t);
  await fourNights(results);
  const compare = (...words: string[]) => quickCli(['lab', 'compare', ...words, '--out', results]);
  const two = await compare('2026-11-01_02-00-00', '2026-11-04_02-00-00');
  t.is(
    two.stdout,
    `nights/2026-11-01_02-00-00 → nights/2026-11-04_02-00-00

 scenario       cell                               before        now        
 fake (local)   daemon=20.10.24/mountFlags=slave   as expected   unexpected 

 scenario       cell                               slope          before                            now                             
 fake (local)   daemon=20.10.24/mountFlags=slave   fds per call   1.000 (0.500 … 1.500) fds, leak   4.000 (3.500 … 4.500) fds, leak 

1 outcome changed, 1 cell with slopes that moved beyond their intervals, 1 the same`,
  );
  t.is(two.exitCode, 1);
  const same = await compare('fake/2026-11-01_02-00-00', 'nights/2026-11-01_02-00-00');
  t.is(
    same.stdout,
    'fake/2026-11-01_02-00-00 → nights/2026-11-01_02-00-00\n\n0 outcomes changed, 0 cells with slopes that moved beyond their intervals, 2 the same',
  );
  t.is(same.exitCode, 0);
  const alone = await compare('20.10.24');
  t.deepEqual(alone, {
    exitCode: 64,
    stdout: '',
    stderr: 'Compare 20.10.24 with what? Name two runs, nights or builds.',
  });
});

test('lab prune: nothing that is cited goes, a dry run removes nothing, and the history follows', async (t) => {
  const results = scratch(t);
  await fourNights(results);
  const draft = path.join(results, 'fake/2026-11-01_02-00-00/upstream');
  mkdirSync(draft);
  writeFileSync(path.join(draft, 'moby.md'), '# A bug\n');
  const prune = (...words: string[]) => quickCli(['lab', 'prune', '--keep-nights', '1', ...words, '--out', results]);
  const kept =
    'kept, as a draft for upstream was made of it: nights/2026-11-01_02-00-00\n' +
    'kept, as the last good of fake daemon=20.10.24/mountFlags=slave: nights/2026-11-02_02-00-00\n' +
    'kept, as the first bad of fake daemon=20.10.24/mountFlags=slave: nights/2026-11-03_02-00-00\n';
  t.is((await prune()).stdout, `${kept}0 of 4 nights and runs by hand went`);
  // Good again: the cell is flaky now, and what is cited of it is its last failure and what was good before.
  const start = '2026-11-05T02:00:00.000Z';
  const cells = [{ levels: slave, outcome: 'as-expected' as const }];
  await makeNight(results, start, [await makeRun(results, 'fake', start, cells)]);
  const all = ['01', '02', '03', '04', '05'].map((day) => `2026-11-${day}_02-00-00`);
  const listed = (folder: string) => readdirSync(path.join(results, folder)).filter((name) => name !== 'latest');
  t.is(
    (await prune('--dry-run')).stdout,
    `${kept}would go: nights/2026-11-04_02-00-00\n1 of 5 nights and runs by hand would go`,
  );
  t.deepEqual(listed('nights'), all);
  t.is((await prune()).stdout, `${kept}removed: nights/2026-11-04_02-00-00\n1 of 5 nights and runs by hand went`);
  const left = all.toSpliced(3, 1);
  t.deepEqual([listed('nights'), listed('fake')], [left, left]);
  const rebuilt = await quickCli(['lab', 'rebuild', '--out', results]);
  t.is(rebuilt.stdout, `4 runs, 4 nights: the history of ${results} is made anew`);
});

test('lab prune --cache-days: what no run has used goes from the cache, after a dry run that says so', async (t) => {
  const directory = scratch(t);
  const used = path.join(directory, 'cache/userlands/bookworm');
  mkdirSync(used, { recursive: true });
  mkdirSync(path.join(directory, 'cache/locks'));
  writeFileSync(path.join(used, 'manifest.json'), '{}');
  utimesSync(path.join(used, 'manifest.json'), new Date('2026-01-02'), new Date('2026-01-02'));
  const env = { DOCKERD_LEAK_LAB_CACHE: path.join(directory, 'cache') };
  const prune = (...words: string[]) =>
    cli(['lab', 'prune', '--cache-days', '30', ...words, '--out', path.join(directory, 'results')], env);
  t.is(
    (await prune('--dry-run')).stdout,
    '0 of 0 nights and runs by hand would go\nwould go: userlands/bookworm, last used 2026-01-02\n1 entry of the cache would go',
  );
  t.true(existsSync(used));
  t.is(
    (await prune()).stdout,
    '0 of 0 nights and runs by hand went\nremoved: userlands/bookworm, last used 2026-01-02\n1 entry of the cache went',
  );
  t.false(existsSync(used));
});

test('lab prune: a draft that lies elsewhere keeps its run', async (t) => {
  const results = scratch(t);
  const elsewhere = scratch(t);
  const judgement = {
    observed: [namespaces('lost', 1)],
    expected: [namespaces('lost', 1)],
    reason: 'the bind mounts went',
    reference: 'moby issue 30274',
    checks: [],
    bug: 'present' as const,
  };
  for (const day of [1, 2, 3]) {
    const start = `2026-11-0${day}T02:00:00.000Z`;
    const run = await makeRun(results, 'netns-restore', start, [
      { levels: slave, outcome: 'as-expected', verdict: { version: '20.10.24', judgement } },
      { levels: unset, outcome: 'as-expected', verdict: { version: '20.10.24' } },
    ]);
    await makeNight(results, start, [run]);
  }
  const drafted = ['netns-restore/2026-11-01_02-00-00', 'nights/2026-11-01_02-00-00'] as const;
  for (const time of [1, 2]) {
    const { exitCode } = await quickCli(['lab', 'upstream', drafted[0], '--to', elsewhere, '--out', results]);
    t.is(exitCode, 0, `draft ${time}`);
  }
  t.deepEqual(JSON.parse(readFileSync(path.join(results, drafted[0], 'drafts.json'), 'utf8')), {
    schema: 1,
    drafts: [path.join(elsewhere, 'moby.md')],
  });
  const pruned = await quickCli(['lab', 'prune', '--keep-nights', '1', '--out', results]);
  t.is(
    pruned.stdout,
    `kept, as a draft for upstream was made of it: ${drafted[1]}\nremoved: nights/2026-11-02_02-00-00\n1 of 3 nights and runs by hand went`,
  );
});

test('lab prune: what cannot be read could cite anything', async (t) => {
  const results = scratch(t);
  await fourNights(results);
  const night = path.join(results, 'nights/2026-11-04_02-00-00/night.json');
  writeFileSync(night, '{');
  const { exitCode, stdout, stderr } = await quickCli(['lab', 'prune', '--keep-nights', '1', '--out', results]);
  t.deepEqual([exitCode, stdout], [3, '']);
  t.is(
    stderr,
    `looking for what a night or a report cites in ${results}: nights/2026-11-04_02-00-00 cannot: reading ${night}: Expected property name or '}' in JSON at position 1 (line 1 column 2)
  expected: a file as this version of the lab writes it
  what you can do: a run that another version wrote is read with that version: run.json names its revision
  expected: every run and night can be read
  what you can do: remove by hand the files that cannot be read, or read them with the version that wrote them`,
  );
  t.is(readdirSync(path.join(results, 'nights')).length, 4);
});

import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { scratch } from '../../test/support/scratch.ts';
import { UsageError } from '../core/errors.ts';
import { findRun, readRun } from './read-run.ts';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';
import type { RunRecord, VerdictRecord } from './schema.ts';

const record: RunRecord = {
  schema: 1,
  scenario: 'fake',
  claim: 'A fake shows nothing.',
  state: 'running',
  startedAt: '2026-11-22T06:09:16.253Z',
  commandLine: ['npm', 'run', 'scenario', 'fake'],
  lab: { version: '0.1.0', revision: 'unknown', node: '24.21.0' },
  jobs: 2,
  machine: fakeHost,
  builds: [],
  cells: ['mood=ugly', 'mood=bad', 'mood=good'],
  notes: ['a note'],
};
const verdict: VerdictRecord = {
  schema: 2,
  outcome: 'infra-failed',
  version: '20.10.24',
  failure: 'starting dockerd: it ended',
  seconds: 1.5,
  shares: { harness: 1.25, 'dockerd ticks': 0.25 },
};

async function begin(results: string, second = 16): Promise<RunDirectory> {
  const directory = await createRunDirectory(results, 'fake', new Date(`2026-11-22T06:09:${second}Z`));
  await directory.writeRun(record);
  return directory;
}

test('a run is read as it was written, its cells in the order of the matrix', async (t) => {
  const directory = await begin(scratch(t));
  for (const repeat of [10, 2, 1]) {
    for (const mood of ['good', 'ugly']) await (await directory.beginCell({ mood }, repeat)).writeVerdict(verdict);
  }
  const { cells, ...rest } = await readRun(directory.path);
  t.deepEqual(rest, { directory: directory.path, run: record });
  const inOrder = ['ugly', 'good'].flatMap((mood) =>
    ['', ',repeat=2', ',repeat=10'].map((end) => `mood=${mood}${end}`),
  );
  t.deepEqual(
    cells.map((cell) => path.relative(directory.path, cell.directory)),
    inOrder.map((name) => `cells/${name}`),
  );
  t.deepEqual(
    cells.map(({ plan }) => [plan.name, plan.cell['mood'], plan.repeat]),
    [
      ['mood=ugly', 'ugly', 1],
      ['mood=ugly', 'ugly', 2],
      ['mood=ugly', 'ugly', 10],
      ['mood=good', 'good', 1],
      ['mood=good', 'good', 2],
      ['mood=good', 'good', 10],
    ],
  );
  t.deepEqual(cells[0]?.verdict, verdict);
});

test('a run that was killed: a cell before its plan was not started, one before its verdict has none', async (t) => {
  const directory = await begin(scratch(t));
  await mkdir(path.join(directory.path, 'cells/mood=ugly'));
  const cell = await directory.beginCell({ mood: 'bad' }, 1);
  await writeFile(path.join(cell.path, 'verdict.json.1b4e28ba.tmp'), '{"schema": 1, "outc');
  const { run, cells } = await readRun(directory.path);
  t.is(run.state, 'running');
  t.deepEqual(
    cells.map(({ plan, verdict: of }) => [plan.name, of]),
    [['mood=bad', undefined]],
  );
  t.false('verdict' in (cells[0] ?? {}));
});

test('a verdict of another version is told, and its cell has none', async (t) => {
  const directory = await begin(scratch(t));
  const cell = await directory.beginCell({ mood: 'bad' }, 1);
  await writeFile(cell.file('verdict.json'), JSON.stringify({ ...verdict, schema: 3 }));
  const { cells, damaged } = await readRun(directory.path);
  t.deepEqual(
    cells.map(({ plan, verdict: of }) => [plan.name, of]),
    [['mood=bad', undefined]],
  );
  t.deepEqual(damaged, [
    {
      file: 'cells/mood=bad/verdict.json',
      why: `reading ${cell.file('verdict.json')}: ✖ Invalid input: expected 2
  → at schema
  expected: a file as this version of the lab writes it
  what you can do: a run that another version wrote is read with that version: run.json names its revision`,
    },
  ]);
});

test('a run is found by its path, its scenario, or both names; without a name it is the latest', async (t) => {
  const results = scratch(t);
  const first = await begin(results, 16);
  const second = await begin(results, 17);
  const third = await begin(results, 17);
  await writeFile(path.join(results, 'README.md'), '');
  // Another scenario's runs are older; a directory without run.json, and what `latest` points at, count for nothing.
  const other = await createRunDirectory(results, 'other', new Date('2026-11-21T00:00:00Z'));
  await other.writeRun(record);
  await mkdir(path.join(results, 'fake/2027-01-01_00-00-00'));
  await rm(path.join(results, 'other/latest'));
  await symlink('../fake/2026-11-22_06-09-16', path.join(results, 'other/latest'));

  t.is(await findRun(results, first.path), first.path);
  t.is(await findRun(results, 'fake/2026-11-22_06-09-17'), second.path);
  t.is(await findRun(results, 'fake'), third.path);
  t.is(await findRun(results), third.path);
  t.is((await readRun(await findRun(results, 'fake'))).run.scenario, 'fake');
});

test('there is no such run', async (t) => {
  const results = scratch(t);
  await begin(results);
  await t.throwsAsync(findRun(results, 'netns'), {
    instanceOf: UsageError,
    message: `There is no run "netns" in ${results}: name a run directory, SCENARIO or SCENARIO/START.`,
  });
});

test('there is no run at all', async (t) => {
  const results = scratch(t);
  const none = (directory: string) => ({
    instanceOf: UsageError,
    message: `There is no run in ${directory} yet: npm run scenario netns-restore makes one.`,
  });
  await t.throwsAsync(findRun(results), none(results));
  await t.throwsAsync(findRun(`${results}/nowhere`), none(`${results}/nowhere`));
});

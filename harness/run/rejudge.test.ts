import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fakeBuild, fakeHost } from '../../test/support/fake-machine.ts';
import { fakeJudgement, fakeObservations, fakeScenario } from '../../test/support/fake-scenario.ts';
import { scratch } from '../../test/support/scratch.ts';
import { duration } from '../evidence/duration.ts';
import { defineObservations } from '../evidence/observations.ts';
import { UsageError } from '../core/errors.ts';
import type { Scenario } from './scenario.ts';
import { allValue } from '../judge/value.ts';
import { readJson } from '../store/files.ts';
import { createRunDirectory, type CellDirectory, type RunDirectory } from '../store/run-directory.ts';
import { rejudgedRecord, type RunRecord, type VerdictRecord } from '../store/schema.ts';
import { exitCodeOfRejudged, rejudgeRun, type RejudgedCell } from './rejudge.ts';

const lab = { version: '0.1.0', revision: '0123456789abcdef', node: '24.21.0' };
const met = fakeJudgement('met');
const verdict: VerdictRecord = { schema: 2, outcome: 'as-expected', judgement: met, seconds: 1, shares: {} };
const { name, version, commit, origin } = fakeBuild;
const record: RunRecord = {
  schema: 1,
  scenario: 'fake',
  claim: 'A fake shows nothing.',
  state: 'finished',
  startedAt: '2026-11-22T06:09:16.253Z',
  commandLine: [],
  lab,
  jobs: 1,
  machine: fakeHost,
  builds: [{ name, version, commit, origin, userland: { name: 'bookworm', packages: {} }, binaries: [] }],
  cells: [],
  notes: [],
};

/** A stored run of one cell. */
async function oneCell(t: ExecutionContext, changes: Partial<VerdictRecord> = {}) {
  const run = await createRunDirectory(scratch(t), 'fake', new Date(0));
  await run.writeRun(record);
  const cell = await run.beginCell({ daemon: fakeBuild.name, mood: 'good' }, 1);
  await cell.writeObservations(fakeObservations.store({ saw: 'good' }));
  await cell.writeVerdict({ ...verdict, ...changes });
  return { run, cell };
}

/** The cell of such a run after it was judged again. */
async function rejudged({ run }: { run: RunDirectory }, scenario: Partial<Scenario> = {}, write?: RunRecord['lab']) {
  const again = await rejudgeRun(run.path, {
    scenarioOf: ({ scenario: own }, plan) => ((plan.scenario ?? own) === 'fake' ? fakeScenario(scenario) : undefined),
    ...(write && { write }),
  });
  const [cell] = again.cells;
  return { again, cell, exitCode: exitCodeOfRejudged([again]), why: cell?.status === 'failed' ? cell.why : undefined };
}

test('a judge is given what it was given in the run, and judges the same', async (t) => {
  const given: unknown[] = [];
  const judge: Scenario['judge'] = (...all) => {
    given.push(...all);
    return met;
  };
  const stored = await oneCell(t, { version: '28.5.2' });
  const { cell, exitCode } = await rejudged(stored, { judge });
  const levels = { daemon: fakeBuild.name, mood: 'good' };
  t.deepEqual(given, [levels, '28.5.2', { saw: 'good' }, fakeBuild.commit]);
  t.deepEqual<RejudgedCell | undefined, RejudgedCell>(cell, {
    name: `daemon=${fakeBuild.name}/mood=good`,
    repeat: 1,
    directory: `cells/daemon=${fakeBuild.name},mood=good`,
    stored: { ...verdict, version: '28.5.2' },
    status: 'same',
    now: { outcome: 'as-expected', judgement: met },
  });
  t.is(exitCode, 0);
  // A run that was interrupted before the verdict: the version is that of the build.
  await rm(stored.cell.file('verdict.json'));
  const unfinished = await rejudged(stored, { judge });
  t.deepEqual(given.slice(4), [levels, fakeBuild.version, { saw: 'good' }, fakeBuild.commit]);
  t.is(unfinished.cell?.status, 'changed');
  t.is(unfinished.exitCode, 1);
});

test('another judgement', async (t) => {
  const { cell, exitCode } = await rejudged(await oneCell(t), { judge: () => fakeJudgement('missed') });
  t.is(cell?.status, 'changed');
  t.deepEqual(cell?.status === 'changed' && cell.differences, [
    { field: 'outcome', stored: 'as-expected', now: 'unexpected' },
    { field: 'expected', stored: met.expected, now: fakeJudgement('missed').expected },
    {
      field: 'check-expected',
      check: { what: 'network-namespaces' },
      stored: allValue(3, 'nsfs'),
      now: allValue(3, 'lost'),
    },
    {
      field: 'check-as-expected',
      check: { what: 'network-namespaces' },
      stored: true,
      now: false,
      values: {
        stored: { observed: allValue(3, 'nsfs'), expected: allValue(3, 'nsfs') },
        now: { observed: allValue(3, 'nsfs'), expected: allValue(3, 'lost') },
      },
    },
  ]);
  t.is(exitCode, 1);
});

const fails = test.macro(
  async (
    t,
    damage: (cell: CellDirectory) => Promise<void>,
    scenario: Partial<Scenario>,
    why: (cell: CellDirectory) => string,
  ) => {
    const stored = await oneCell(t);
    await damage(stored.cell);
    const seen = await rejudged(stored, scenario);
    t.is(seen.why, why(stored.cell));
    t.is(seen.exitCode, 3);
  },
);
const nothing = () => Promise.resolve();
const another =
  '\n  expected: a file as this version of the lab writes it\n  what you can do: a run that another version wrote is read with that version: run.json names its revision';
test(
  'observations of another shape',
  fails,
  nothing,
  { observations: defineObservations({ saw: duration }) },
  (cell) =>
    `reading ${cell.file('observations.json')}: ✖ Expected the kind duration, received container-state\n  → at saw${another}`,
);
test(
  'observations behind a link',
  fails,
  async (cell) => {
    await rm(cell.file('observations.json'));
    await symlink('plan.json', cell.file('observations.json'));
  },
  {},
  (cell) =>
    `reading ${cell.file('observations.json')}: it is a symbolic link, and no link of a stored run is followed${another}`,
);
test(
  'observations that are gone',
  fails,
  (cell) => rm(cell.file('observations.json')),
  {},
  () => 'it has a judgement, and no observations that it could be of',
);
test(
  'a level that the judge does not know',
  fails,
  nothing,
  {
    judge() {
      throw new UsageError('There is no remedy "prayer".');
    },
  },
  () => 'There is no remedy "prayer".',
);
test(
  'a verdict that cannot be read',
  fails,
  (cell) => writeFile(cell.file('verdict.json'), 'null'),
  {},
  (cell) => `reading ${cell.file('verdict.json')}: ✖ Invalid input: expected object, received null${another}`,
);

test('a cell of a scenario that there is no more', async (t) => {
  const { run } = await oneCell(t);
  const other = await run.beginCell({ mood: 'bad' }, 1, { scenario: 'gone' });
  await other.writeVerdict(verdict);
  const { again } = await rejudged({ run });
  t.deepEqual(
    again.cells.map(({ status, ...rest }) => [rest.name, status, 'why' in rest && rest.why]),
    [
      ['daemon=20.10.24/mood=good', 'same', false],
      ['mood=bad', 'failed', 'no scenario of this lab is called gone'],
    ],
  );
});

test('cells without observations: one that failed, one that was interrupted, one whose kernel failed', async (t) => {
  const run = await createRunDirectory(scratch(t), 'fake', new Date(0));
  await run.writeRun(record);
  const failed = await run.beginCell({ mood: 'good' }, 1);
  await failed.writeVerdict({ schema: 2, outcome: 'infra-failed', failure: 'it ended', seconds: 1, shares: {} });
  await run.beginCell({ mood: 'bad' }, 1);
  const panicked = await run.beginCell({ mood: 'ugly' }, 1);
  await panicked.writeVerdict({ ...verdict, outcome: 'unexpected', finding: 'kernel-failed' });
  const { again, exitCode } = await rejudged({ run });
  t.deepEqual(
    again.cells.map(({ status }) => status),
    ['no-observations', 'no-observations', 'no-observations'],
  );
  t.is(exitCode, 0);
});

test('a run whose record, and a cell whose plan, cannot be read', async (t) => {
  const { run, cell } = await oneCell(t);
  await writeFile(cell.file('plan.json'), '{');
  const withoutPlan = await rejudged({ run });
  t.deepEqual(withoutPlan.again.cells, []);
  t.deepEqual(
    withoutPlan.again.damaged.map(({ file }) => file),
    ['cells/daemon=20.10.24,mood=good/plan.json'],
  );
  t.is(withoutPlan.exitCode, 3);
  await rm(path.join(run.path, 'run.json'));
  const withoutRecord = await rejudged({ run });
  t.deepEqual(withoutRecord.again.damaged, [
    { file: 'run.json', why: `reading ${path.join(run.path, 'run.json')}: there is no such file${another}` },
  ]);
  t.is(withoutRecord.exitCode, 3);
});

test('new judgements are stored beside the old one, each once for each lab', async (t) => {
  const stored = await oneCell(t);
  const before = await readFile(stored.cell.file('verdict.json'), 'utf8');
  const missed = fakeJudgement('missed');
  const later = { ...lab, revision: 'fedcba9876543210' };
  await rejudged(stored, {}, lab);
  await rejudged(stored, {}, lab);
  await rejudged(stored, { judge: () => missed }, later);
  const { judgements } = await readJson(stored.cell.file('rejudged.json'), rejudgedRecord);
  t.deepEqual(
    judgements.map(({ lab: by, outcome, judgement }) => ({ lab: by, outcome, judgement })),
    [
      { lab, outcome: 'as-expected', judgement: met },
      { lab: later, outcome: 'unexpected', judgement: missed },
    ],
  );
  t.true(judgements.every(({ judgedAt }) => Date.parse(judgedAt) <= Date.now()));
  t.is(await readFile(stored.cell.file('verdict.json'), 'utf8'), before);
  // What is compared stays the verdict of the run.
  t.is((await rejudged(stored)).cell?.status, 'same');
});

test('later judgements that cannot be read are not replaced', async (t) => {
  const stored = await oneCell(t);
  const file = stored.cell.file('rejudged.json');
  await writeFile(file, '{"schema": 3}');
  const { why, exitCode } = await rejudged(stored, {}, lab);
  t.is(
    why,
    `reading ${file}: ✖ Invalid input: expected 2\n  → at schema\n✖ Invalid input: expected array, received undefined\n  → at judgements${another}`,
  );
  t.is(exitCode, 3);
  t.is(await readFile(file, 'utf8'), '{"schema": 3}');
});

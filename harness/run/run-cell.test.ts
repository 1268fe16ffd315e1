import test from 'ava';
import { fakeBuild, fakeKind, type FakeAnswers } from '../../test/support/fake-machine.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { tryCell } from '../../test/support/try-cell.ts';
import { LabError, NotApplicableError } from '../core/errors.ts';
import { duration } from '../evidence/duration.ts';
import { optional } from '../evidence/members.ts';
import { netnsFiles } from '../evidence/netns-files.ts';
import { defineObservations } from '../evidence/observations.ts';
import type { MachineKind, MachineSpec } from '../machines/shared/kind.ts';
import type { Scenario } from './scenario.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellPlan } from './run-cell.ts';

const judged = test.macro(async (t, judgement: Judgement, outcome: Outcome) => {
  t.deepEqual(await tryCell(t, { judge: () => judgement }), {
    outcome,
    failure: undefined,
    judgement,
    did: ['making-machine', 'reading-containers', 'ending-machine'],
    stored: ['events.ndjson', 'observations.json', 'plan.json', 'verdict.json'],
    machines: 1,
  });
});

const [met, missed, unknown] = [fakeJudgement('met'), fakeJudgement('missed'), fakeJudgement('unknown')];
test('all checks met', judged, met, 'as-expected');
test('a check missed', judged, { ...met, checks: [...met.checks, ...missed.checks] }, 'unexpected');
test('a check without an expectation', judged, unknown, 'inconclusive');
test(
  'a check missed beside one without an expectation',
  judged,
  { ...met, checks: [...unknown.checks, ...missed.checks] },
  'unexpected',
);

test('the judge gets the cell, the version, what was observed, which is stored, and the commit', async (t) => {
  const judgeArguments: unknown[] = [];
  const judge: Scenario['judge'] = (...all) => {
    judgeArguments.push(...all);
    return met;
  };
  await tryCell(t, { judge }, {}, { build: { ...fakeBuild, name: 'rolling', version: '28.5.2' } });
  t.deepEqual(judgeArguments, [{ mood: 'good' }, '28.5.2', { saw: 'good' }, fakeBuild.commit]);
});

test('the judge gets what was stored, as the schema of its scenario reads it', async (t) => {
  let given: unknown;
  const judge: Scenario['judge'] = (_cell, _version, seen) => {
    given = seen;
    return met;
  };
  // The reader knows more than the protocol: a file of proc is a namespace before Linux 3.19.
  const file = { path: '/run/docker/netns/1', magic: '9fa0' };
  const run = () => Promise.resolve({ took: undefined, netns: { files: [{ ...file, state: 'lost' }] } });
  const observations = defineObservations({ took: optional(duration), netns: { files: netnsFiles } });
  await tryCell(t, { judge, run, observations });
  t.deepEqual(given, { netns: { files: [{ ...file, state: 'nsfs' }] } });
});

test('observations that cannot be read back are a failure, and stay', async (t) => {
  const run = () => Promise.resolve({ slope: Number.NaN });
  const observations = defineObservations({ slope: duration });
  const { outcome, failure, judgement, stored } = await tryCell(t, { run, observations });
  t.is(outcome, 'infra-failed');
  t.regex(
    failure ?? '',
    /^reading .*\/observations\.json: ✖ Invalid input: expected number, received null\n {2}→ at slope\n {2}expected: a file as this version of the lab writes it\n {2}what you can do: /,
  );
  t.is(judgement, undefined);
  t.deepEqual(stored, ['events.ndjson', 'observations.json', 'plan.json', 'verdict.json']);
});

test('a judged cell is held while its machine lives', async (t) => {
  const held: unknown[] = [];
  const kind = fakeKind();
  const hold: CellPlan['hold'] = (machine, { observed }) => {
    held.push(machine.enterCommand, observed, kind.machines[0]?.disposals);
    return Promise.resolve();
  };
  await tryCell(t, {}, {}, { kind, hold });
  t.deepEqual(held, ['nsenter --target=42', met.observed, 0]);
  t.is(kind.machines[0]?.disposals, 1);
});

test('a machine is made with what the clients of the cell need of the host', async (t) => {
  const specs: MachineSpec[] = [];
  const fake = fakeKind();
  const kind: MachineKind = {
    ...fake,
    open: (spec) => {
      specs.push(spec);
      return fake.open(spec);
    },
  };
  await tryCell(t, { clients: ({ mood }) => (mood === 'good' ? ['agent-1.20'] : []) }, {}, { kind });
  await tryCell(t, {}, {}, { kind });
  const [withClients, without] = specs;
  t.true(withClients?.beside?.[0]?.files.some((file) => file.endsWith('/harness/clients/engine/main.ts')));
  t.true(withClients?.beside?.[0]?.files.includes(process.execPath));
  t.is(without?.beside, undefined);
});

const noOomScores = 'CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores';
const failing = (error: Error): Partial<Scenario> => ({
  run(context) {
    return context.phase('containers', { activity: 'reading-containers' }, async () => {
      throw error;
    });
  },
});

const failed = test.macro(
  async (t, scenario: Partial<Scenario>, outcome: Outcome, failure: string, answers: FakeAnswers = {}) => {
    t.deepEqual(await tryCell(t, scenario, answers), {
      outcome,
      failure,
      judgement: undefined,
      did: ['making-machine', 'reading-containers'],
      stored: ['events.ndjson', 'plan.json', 'verdict.json'],
      machines: 1,
    });
  },
);

const boom = new Error('dockerd does not answer');
test('a protocol that fails', failed, failing(boom), 'infra-failed', 'dockerd does not answer');
const notApplicable = { doing: 'reading its CPUs', expected: 'two', happened: 'there is one' };
test(
  'a protocol that finds out that it makes no sense here',
  failed,
  failing(new NotApplicableError(notApplicable)),
  'not-applicable',
  'reading its CPUs: there is one\n  expected: two',
);
test(
  'a failure that is the limit of the machine',
  failed,
  failing(new LabError({ ...notApplicable, happened: 'failed to set OOM Score on shim' })),
  'not-applicable',
  `starting a container: ${noOomScores}, and this containerd refuses to start a container without it
  expected: containerd may set the OOM score of its shim
  evidence:
    reading its CPUs: failed to set OOM Score on shim
      expected: two
  what you can do: run the lab where root has CAP_SYS_RESOURCE`,
  { description: { limits: ['no-oom-scores'] } },
);
const memory = (
  then: string,
) => `running the cell: budget-exhausted: memory; the kernel killed 2 of its processes${then}
  expected: it stays within its memory budget of 64 MiB
  what you can do: let the cell do less with --size, or raise the budget of its scenario`;
test('a cell without memory', failed, {}, 'inconclusive', memory(''), { memoryKills: 2 });
test('a cell that fails without memory', failed, failing(boom), 'inconclusive', memory(`, then: ${boom.message}`), {
  memoryKills: 2,
});
test(
  'a cell that fails without room',
  failed,
  failing(boom),
  'inconclusive',
  `running the cell: budget-exhausted: disk; nothing more can be written, then: ${boom.message}
  expected: it stays within its disk budget of 1 MiB
  what you can do: let the cell do less with --size, or raise the budget of its scenario`,
  { memoryKills: 0, diskLeft: 0 },
);
test('a cell that fails with memory left', failed, failing(boom), 'infra-failed', boom.message, { memoryKills: 0 });

test('a judge that throws leaves what was observed', async (t) => {
  const judge = () => {
    throw new RangeError('no era of systemd is called 238');
  };
  const { outcome, failure, stored } = await tryCell(t, { judge });
  t.deepEqual([outcome, failure], ['infra-failed', 'no era of systemd is called 238']);
  t.deepEqual(stored, ['events.ndjson', 'observations.json', 'plan.json', 'verdict.json']);
});

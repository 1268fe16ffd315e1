import test from 'ava';
import { fakeBuild, fakeHost, fakeKind, fakeMachine } from '../../test/support/fake-machine.ts';
import { tryCell } from '../../test/support/try-cell.ts';
import { BootFailedError, NotApplicableError } from '../core/errors.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { Scenario } from './scenario.ts';

type Protocol = Scenario['run'];
const forEver = () => new Promise<never>(() => {});

test('an interrupted cell ends, and no phase begins any more', async (t) => {
  const interrupt = new AbortController();
  const { promise: over, resolve: end } = Promise.withResolvers<unknown>();
  const run: Protocol = async (context) => {
    await context.phase('containers', { activity: 'starting-containers', count: 1 }, async () => {
      await Promise.resolve();
      interrupt.abort(new Error('interrupted by SIGINT'));
    });
    t.true(context.signal.aborted);
    await context.phase('containers', { activity: 'reading-containers' }, forEver).catch(end);
  };
  const { outcome, failure, did, stored, machines } = await tryCell(t, { run }, {}, { signal: interrupt.signal });
  t.deepEqual([outcome, failure], ['interrupted', 'interrupted by SIGINT']);
  t.deepEqual(did, ['making-machine', 'starting-containers']);
  t.deepEqual(stored, ['events.ndjson', 'plan.json']);
  t.is(machines, 1);
  t.deepEqual(await over, interrupt.signal.reason);
});

test('a cell that hangs in a phase is interrupted in it', async (t) => {
  const interrupt = new AbortController();
  const run: Protocol = (context) =>
    context.phase('containers', { activity: 'waiting-for-containers' }, () => {
      setImmediate(() => interrupt.abort(new Error('interrupted by SIGTERM')));
      return forEver();
    });
  const { outcome, failure, did } = await tryCell(t, { run }, {}, { signal: interrupt.signal });
  t.deepEqual([outcome, failure], ['interrupted', 'interrupted by SIGTERM']);
  t.deepEqual(did, ['making-machine', 'waiting-for-containers']);
});

test('what fails because of an interruption is no result', async (t) => {
  const interrupt = new AbortController();
  const run: Protocol = (context) =>
    context.phase('containers', { activity: 'waiting-for-containers' }, () => {
      interrupt.abort(new Error('interrupted by SIGINT'));
      return Promise.reject(new Error('socket hang up'));
    });
  const { outcome, failure, stored } = await tryCell(t, { run }, { memoryKills: 1 }, { signal: interrupt.signal });
  t.deepEqual([outcome, failure], ['interrupted', 'interrupted by SIGINT']);
  t.deepEqual(stored, ['events.ndjson', 'plan.json']);
});

test('a cell that is interrupted while its machine is made does nothing in it', async (t) => {
  const signal = AbortSignal.abort(new Error('interrupted by SIGINT'));
  const { did, outcome, failure } = await tryCell(t, {}, {}, { signal });
  t.deepEqual([outcome, failure], ['interrupted', 'interrupted by SIGINT']);
  t.deepEqual(did, ['making-machine']);
});

test('a cell that takes too long', async (t) => {
  // The budget's timer alone does not keep a process alive.
  const awake = setInterval(() => {}, 1000);
  t.teardown(() => clearInterval(awake));
  const run: Protocol = (context) => context.phase('containers', { activity: 'waiting-for-containers' }, forEver);
  const budget = { memoryBytes: 64 << 20, diskBytes: 1 << 20, seconds: 0.05 };
  const { outcome, failure, did } = await tryCell(t, { run, budget }, { memoryKills: 0 });
  t.is(outcome, 'inconclusive');
  t.is(
    failure,
    `running the cell: budget-exhausted: time; what was observed until then is in its events
  expected: it is done within its budget of 0.05 s
  what you can do: run fewer cells side by side with --jobs, or look at the daemon log of the cell`,
  );
  t.deepEqual(did, ['making-machine', 'waiting-for-containers']);
});

const untried = test.macro(async (t, scenario: Partial<Scenario>, unified: boolean, reason: string) => {
  const build = { ...fakeBuild, version: '1.13.1' };
  const host = { ...fakeHost, cgroupVersion: unified ? 2 : 1 } as const;
  t.deepEqual(await tryCell(t, scenario, {}, { build, host }), {
    outcome: 'not-applicable',
    failure: `looking at the cell: ${reason}\n  expected: it can be tried`,
    judgement: undefined,
    did: [],
    stored: ['events.ndjson', 'plan.json', 'verdict.json'],
    machines: 0,
  });
});

const notApplicable: Scenario['notApplicable'] = ({ mood }, version, { machine }) =>
  `${version} is never ${mood} on a ${machine} machine`;
test(
  'a cell that the scenario does not apply to',
  untried,
  { notApplicable },
  false,
  '1.13.1 is never good on a fake machine',
);
test(
  'a daemon that cannot run here',
  untried,
  { notApplicable },
  true,
  'dockerd 1.13.1 needs cgroup v1, and this host has cgroup v2 alone: daemons before 20.10 cannot run; ' +
    'boot with systemd.unified_cgroup_hierarchy=0, or use another host',
);

test('a scenario that applies is tried', async (t) => {
  const { outcome, machines } = await tryCell(t, { notApplicable: () => undefined });
  t.deepEqual([outcome, machines], ['as-expected', 1]);
});

const cannotOpen = test.macro(async (t, error: Error, outcome: string, failure: string) => {
  const kind: MachineKind = { ...fakeKind(), open: () => Promise.reject(error) };
  const tried = await tryCell(t, {}, {}, { kind });
  t.deepEqual([tried.outcome, tried.failure, tried.did], [outcome, failure, ['making-machine']]);
});

test(
  'a machine that cannot be made',
  cannotOpen,
  new Error('PID 1 said nothing'),
  'infra-failed',
  'PID 1 said nothing',
);
test(
  'a machine that cannot be made here',
  cannotOpen,
  new NotApplicableError({ doing: 'making a machine', expected: '/dev/kvm', happened: 'there is none' }),
  'not-applicable',
  'making a machine: there is none\n  expected: /dev/kvm',
);
test(
  'a machine that does not boot',
  cannotOpen,
  new BootFailedError({ doing: 'booting 6.12', expected: 'its agent answers', happened: 'QEMU exited with 1' }),
  'boot-failed',
  'booting 6.12: QEMU exited with 1\n  expected: its agent answers',
);

test('the machine gets the build and the budget', async (t) => {
  const opened: unknown[] = [];
  const budget = { memoryBytes: 1 << 20, diskBytes: 2 << 20, seconds: 60 };
  const kind: MachineKind = {
    ...fakeKind(),
    open({ build, boot, budget: given }) {
      opened.push(build, boot, given);
      return Promise.resolve(fakeMachine());
    },
  };
  await tryCell(t, { budget }, {}, { kind });
  t.deepEqual(opened, [fakeBuild, { parameters: [] }, budget]);
});

test('a machine that will not go makes no result', async (t) => {
  const machine = fakeMachine();
  machine[Symbol.asyncDispose] = () => Promise.reject(new Error('removing the cgroup: EBUSY'));
  const kind: MachineKind = { ...fakeKind(), open: () => Promise.resolve(machine) };
  const { outcome, failure, stored } = await tryCell(t, {}, {}, { kind });
  t.deepEqual([outcome, failure], ['infra-failed', 'removing the cgroup: EBUSY']);
  t.deepEqual(stored, ['events.ndjson', 'observations.json', 'plan.json', 'verdict.json']);
});

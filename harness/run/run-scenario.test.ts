import test, { type ExecutionContext } from 'ava';
import { fakeBuild, fakeHost, fakeKind } from '../../test/support/fake-machine.ts';
import { fakeJudgement, fakeScenario } from '../../test/support/fake-scenario.ts';
import { scratch } from '../../test/support/scratch.ts';
import type { DockerBuild } from '../../vms/build.ts';
import { readRun, type StoredRun } from '../store/read-run.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import type { Missing } from './equipment.ts';
import { runScenario, type RunPlan } from './run-scenario.ts';

const moods = ['good', 'bad', 'ugly'];
const cells = moods.map((mood) => ({ daemon: '20.10.24', mood }));
const built = Promise.resolve(fakeBuild);
const missing: Missing = { outcome: 'not-applicable', failure: 'fetching 1.13.1: no route to host' };

interface Ran extends StoredRun {
  /** The calls that the observer got. */
  seen: string[];
  machines: number;
}

async function tryRun(t: ExecutionContext, overrides: Partial<RunPlan> = {}): Promise<Ran> {
  const directory = await createRunDirectory(scratch(t), 'fake', new Date(0));
  const kind = fakeKind();
  const seen: string[] = [];
  await runScenario({
    scenario: fakeScenario(),
    cells,
    controls: [],
    kernels: new Map(),
    companion: (name) => Promise.reject(new Error(`nobody needs ${name}`)),
    builds: new Map([['20.10.24', built]]),
    kind,
    host: fakeHost,
    directory,
    jobs: 2,
    repeat: 1,
    notes: ['a note'],
    commandLine: ['npm', 'run', 'scenario', 'fake'],
    observer: {
      cellDoes: (name, what) => seen.push(`${name}: ${what}`),
      cellEnded: (name, { outcome }) => seen.push(`${name} ended ${outcome}`),
    },
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...overrides,
  });
  t.true(kind.machines.every(({ disposals }) => disposals === 1));
  return { ...(await readRun(directory.path)), seen, machines: kind.machines.length };
}

test('a run is written down with all that it came from, and nothing of where it was made', async (t) => {
  const { run } = await tryRun(t);
  const { startedAt, endedAt, lab, harnessPeakBytes, ...rest } = run;
  t.deepEqual(rest, {
    schema: 1,
    scenario: 'fake',
    claim: 'A fake shows nothing.',
    state: 'finished',
    commandLine: ['npm', 'run', 'scenario', 'fake'],
    jobs: 2,
    machine: fakeHost,
    builds: [
      {
        name: '20.10.24',
        version: '20.10.24',
        commit: '5d6db84',
        origin: fakeBuild.origin,
        userland: { name: 'bookworm', packages: fakeBuild.userland.packages },
        binaries: fakeBuild.binaries,
      },
    ],
    cells: ['daemon=20.10.24/mood=good', 'daemon=20.10.24/mood=bad', 'daemon=20.10.24/mood=ugly'],
    notes: ['a note'],
  });
  t.is(lab.node, process.versions.node);
  t.true((harnessPeakBytes ?? 0) > 1 << 20);
  t.true(Date.parse(startedAt) <= Date.parse(endedAt ?? ''));
});

test('every cell comes to its verdict, and the observer sees it', async (t) => {
  const judge = ({ mood }: { mood?: string }) => fakeJudgement(mood === 'bad' ? 'missed' : 'met');
  const { cells: stored, seen } = await tryRun(t, { scenario: fakeScenario({ judge }), jobs: 1 });
  t.deepEqual(
    stored.map(({ plan, verdict }) => [plan.cell['mood'], verdict?.outcome]),
    [
      ['good', 'as-expected'],
      ['bad', 'unexpected'],
      ['ugly', 'as-expected'],
    ],
  );
  t.deepEqual(seen.slice(0, 4), [
    'daemon=20.10.24/mood=good: making the machine',
    'daemon=20.10.24/mood=good: looking',
    'daemon=20.10.24/mood=good: ending the machine',
    'daemon=20.10.24/mood=good ended as-expected',
  ]);
});

test('a repeat is kept beside the first try', async (t) => {
  const { run, cells: stored, seen } = await tryRun(t, { cells: cells.slice(0, 1), repeat: 3, jobs: 3 });
  t.deepEqual(run.cells, ['daemon=20.10.24/mood=good']);
  t.deepEqual(
    stored.map(({ plan, verdict }) => [plan.repeat, verdict?.outcome]),
    [1, 2, 3].map((repeat) => [repeat, 'as-expected']),
  );
  t.deepEqual(seen.filter((what) => what.includes('ended')).sort(), [
    'daemon=20.10.24/mood=good (repeat 2) ended as-expected',
    'daemon=20.10.24/mood=good (repeat 3) ended as-expected',
    'daemon=20.10.24/mood=good ended as-expected',
  ]);
});

for (const jobs of [1, 2, 5]) {
  test(`never more than ${jobs} at once, and as many as there may be`, async (t) => {
    let running = 0;
    const counts: number[] = [];
    const full = Promise.withResolvers<undefined>();
    const scenario = fakeScenario({
      async run() {
        counts.push(++running);
        if (running === jobs) full.resolve(undefined);
        // The first cells wait until all places are taken: with fewer cells at once they would wait for ever.
        await full.promise;
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      },
    });
    const { cells: stored } = await tryRun(t, { scenario, jobs, repeat: 3 });
    t.is(stored.length, 9);
    t.is(Math.max(...counts), jobs);
  });
}

test('a build that is not available is the verdict of its cells, and of no others', async (t) => {
  const {
    run,
    cells: stored,
    seen,
    machines,
  } = await tryRun(t, {
    cells: [{ daemon: '1.13.1', mood: 'good' }, ...cells.slice(0, 1)],
    builds: new Map<string, Promise<DockerBuild | Missing>>([
      ['1.13.1', Promise.resolve(missing)],
      ['20.10.24', built],
    ]),
  });
  t.deepEqual(stored[0]?.verdict, { schema: 1, ...missing, seconds: 0, shares: {} });
  t.is(stored[1]?.verdict?.outcome, 'as-expected');
  t.deepEqual(
    run.builds.map(({ name }) => name),
    ['20.10.24'],
  );
  t.true(seen.includes('daemon=1.13.1/mood=good ended not-applicable'));
  t.is(machines, 1);
});

test('a build that is late keeps no other cell waiting', async (t) => {
  const late = Promise.withResolvers<Missing>();
  const { cells: stored } = await tryRun(t, {
    cells: [{ daemon: '1.13.1', mood: 'good' }, ...cells.slice(0, 1)],
    builds: new Map<string, Promise<DockerBuild | Missing>>([
      ['1.13.1', late.promise],
      ['20.10.24', built],
    ]),
    jobs: 1,
    observer: { cellDoes: () => {}, cellEnded: (name) => name.includes('20.10.24') && late.resolve(missing) },
  });
  t.deepEqual(
    stored.map(({ verdict }) => verdict?.outcome),
    ['not-applicable', 'as-expected'],
  );
});

test('what an interrupted run never began has no verdict', async (t) => {
  const interrupt = new AbortController();
  const { run, cells: stored } = await tryRun(t, {
    jobs: 1,
    signal: interrupt.signal,
    observer: { cellDoes: () => {}, cellEnded: () => interrupt.abort() },
  });
  t.is(run.state, 'interrupted');
  t.deepEqual(
    stored.map(({ plan, verdict }) => [plan.name, verdict?.outcome]),
    [['daemon=20.10.24/mood=good', 'as-expected']],
  );
  t.is(run.cells.length, 3);
});

test('what an interrupted run was trying has no verdict either', async (t) => {
  const interrupt = new AbortController();
  const scenario = fakeScenario({
    run: (context) =>
      context.phase('containers', 'looking', async () => {
        await Promise.resolve();
        interrupt.abort();
      }),
  });
  const { run, cells: stored, seen } = await tryRun(t, { scenario, jobs: 1, signal: interrupt.signal });
  t.is(run.state, 'interrupted');
  t.deepEqual(
    stored.map(({ plan, verdict }) => [plan.name, verdict]),
    [['daemon=20.10.24/mood=good', undefined]],
  );
  t.deepEqual(seen, ['daemon=20.10.24/mood=good: making the machine', 'daemon=20.10.24/mood=good: looking']);
});

test('who holds a cell is told which, how to enter it, and what was observed', async (t) => {
  const held: unknown[] = [];
  await tryRun(t, {
    cells: cells.slice(0, 1),
    hold(...all) {
      held.push(...all);
      return Promise.resolve();
    },
  });
  t.deepEqual(held, [{ daemon: '20.10.24', mood: 'good' }, 'nsenter --target=42', 'netns kept']);
});

test('a cell names the scenario that judges it, as a control is of another one than its run', async (t) => {
  const controls = [{ scenario: fakeScenario({ name: 'other' }), cell: { daemon: '20.10.24', control: 'clean run' } }];
  const { cells: tried } = await tryRun(t, { cells: cells.slice(0, 1), controls });
  t.deepEqual(
    tried.map(({ plan }) => [plan.name, plan.scenario]),
    [
      ['daemon=20.10.24/mood=good', 'fake'],
      ['daemon=20.10.24/control=clean run', 'other'],
    ],
  );
});

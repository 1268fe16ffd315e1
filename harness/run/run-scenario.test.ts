import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fakeBuild, fakeHost, fakeKind } from '../../test/support/fake-machine.ts';
import { fakeJudgement, fakeScenario } from '../../test/support/fake-scenario.ts';
import { scratch } from '../../test/support/scratch.ts';
import type { DockerBuild } from '../../vms/build.ts';
import { readRun, type StoredRun } from '../store/read-run.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import type { Missing, Supply } from './equipment.ts';
import { inProcess } from './in-process.ts';
import { Places } from './places.ts';
import type { RunPlan } from './run-plan.ts';
import { runScenario } from './run-scenario.ts';

const moods = ['good', 'bad', 'ugly'];
const cells = moods.map((mood) => ({ daemon: '20.10.24', mood }));
const built: Supply<DockerBuild> = { name: '20.10.24', fetch: () => Promise.resolve(fakeBuild) };
const missing: Missing = { outcome: 'not-applicable', failure: 'fetching 1.13.1: no route to host' };

interface TriedRun extends StoredRun {
  /** The calls that the observer got. */
  seen: string[];
  machines: number;
}

async function tryRun(t: ExecutionContext, overrides: Partial<RunPlan> = {}): Promise<TriedRun> {
  const directory = await createRunDirectory(scratch(t), 'fake', new Date(0));
  const kind = fakeKind();
  const seen: string[] = [];
  const plan: RunPlan = {
    scenario: fakeScenario(),
    cells,
    controls: [],
    kernels: new Map(),
    companion: (name) => Promise.reject(new Error(`${name} is not needed`)),
    builds: new Map([['20.10.24', built]]),
    kind,
    host: fakeHost,
    directory,
    jobs: 2,
    repeat: 1,
    notes: ['a note'],
    commandLine: ['npm', 'run', 'scenario', 'fake'],
    observer: {
      cellDoes: (name, { activity }) => seen.push(`${name}: ${activity}`),
      cellEnded: (name, { outcome }) => seen.push(`${name} ended ${outcome}`),
    },
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...overrides,
  };
  await using dispatcher = inProcess();
  await runScenario(plan, dispatcher);
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
    'daemon=20.10.24/mood=good: making-machine',
    'daemon=20.10.24/mood=good: reading-containers',
    'daemon=20.10.24/mood=good: ending-machine',
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

test.serial('cells that share a kernel wait for those of another run, and say so', async (t) => {
  const cache = scratch(t);
  const before = process.env['DOCKERD_LEAK_LAB_CACHE'];
  process.env['DOCKERD_LEAK_LAB_CACHE'] = cache;
  const locks = path.join(cache, 'locks');
  const other = await new Places(1, locks).take(() => {}, new AbortController().signal);
  t.not(other, undefined);
  const said: string[] = [];
  const observer: RunPlan['observer'] = {
    cellDoes(_cell, { activity }) {
      said.push(activity);
      if (activity === 'waiting-for-place') void other?.[Symbol.asyncDispose]();
    },
    cellEnded: () => void said.push('ended'),
  };
  await tryRun(t, { cells: cells.slice(0, 1), jobs: 1, kind: { ...fakeKind(), places: () => 1 }, observer });
  if (before === undefined) delete process.env['DOCKERD_LEAK_LAB_CACHE'];
  else process.env['DOCKERD_LEAK_LAB_CACHE'] = before;
  t.deepEqual([said[0], said[1], said.at(-1)], ['waiting-for-place', 'making-machine', 'ended']);
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
    builds: new Map<string, Supply<DockerBuild>>([
      ['1.13.1', { name: '1.13.1', fetch: () => Promise.resolve(missing) }],
      ['20.10.24', built],
    ]),
  });
  t.deepEqual(stored[0]?.verdict, { schema: 2, ...missing, seconds: 0, shares: {} });
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
    builds: new Map<string, Supply<DockerBuild>>([
      ['1.13.1', { name: '1.13.1', fetch: () => late.promise }],
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
      context.phase('containers', { activity: 'reading-containers' }, async () => {
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
  t.deepEqual(seen, ['daemon=20.10.24/mood=good: making-machine', 'daemon=20.10.24/mood=good: reading-containers']);
});

test('the holder of a cell is told which, how to enter it, and what was observed', async (t) => {
  const held: unknown[] = [];
  await tryRun(t, {
    cells: cells.slice(0, 1),
    hold(...all) {
      held.push(...all);
      return Promise.resolve();
    },
  });
  t.deepEqual(held, [{ daemon: '20.10.24', mood: 'good' }, 'nsenter --target=42', fakeJudgement('met')]);
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

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, type Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { z } from 'zod';
import type { TickCounter } from '../../harness/clients/tick-counter.ts';
import type { MachineKind } from '../../harness/machines/kinds.ts';
import type { Machine, MachineDescription, Ran, WatchesBudgets } from '../../harness/machines/machine.ts';
import { runCell, type CellPlan } from '../../harness/run/run-cell.ts';
import type { Judgement, Outcome, Scenario } from '../../harness/scenario.ts';
import { readJson } from '../../harness/store/files.ts';
import { createRunDirectory } from '../../harness/store/run-directory.ts';
import { verdictRecord, type VerdictRecord } from '../../harness/store/schema.ts';
import type { DockerBuild } from '../../vms/build.ts';

/** A directory that goes with the test. */
export async function temporary(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'dockerd-leak-lab-test-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An HTTP server on a unix socket, as a daemon's; returns what opens a stream to it. */
export async function fakeDaemon(t: ExecutionContext, listener: RequestListener): Promise<() => Duplex> {
  const socket = path.join(await temporary(t), 'docker.sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return () => createConnection(socket);
}

/** A collector whose ticks the test makes, and which the test can break. */
export interface FakeTicks extends TickCounter {
  advance(ticks: number): void;
  fail(error: Error): void;
}

export function fakeTicks(): FakeTicks {
  let ticks = 0;
  let failure: Error | undefined;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const one of woken) one();
  };
  return {
    get ticks() {
      return ticks;
    },
    async reached(wanted) {
      while (ticks < wanted) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    advance(more) {
      ticks += more;
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
    [Symbol.dispose]() {},
  };
}

export const fakeHost: MachineDescription = {
  machine: 'fake',
  kernel: '3.10.0-1160.el7.x86_64',
  kernelCommandLine: 'quiet',
  cgroupVersion: 1,
  cpus: 2,
  memoryBytes: 1 << 30,
  limits: [],
};

export const fakeBuild: DockerBuild = {
  name: '20.10.24',
  version: '20.10.24',
  commit: '5d6db84',
  origin: { kind: 'debian', suite: 'bookworm', package: 'docker.io', version: '20.10.24+dfsg1-1+deb12u1' },
  binaries: [{ name: 'dockerd', path: '/usr/sbin/dockerd', sha256: 'ab'.repeat(32) }],
  userland: {
    name: 'bookworm',
    root: '/cache/userlands/bookworm',
    packages: { 'docker.io': '20.10.24+dfsg1-1+deb12u1' },
  },
  mounts: [{ source: '/cache/builds/x', target: '/opt/docker' }],
  path: '/usr/sbin:/usr/bin',
};

/** What a fake machine answers and tells; the rest of a machine is in nobody's way. */
export interface FakeAnswers {
  run?: Partial<Ran>;
  memoryKills?: number;
  diskLeft?: number;
  description?: Partial<MachineDescription>;
}

/** A machine in which nothing happens, with a record of what was asked of it. */
export interface FakeMachine extends Machine, Partial<WatchesBudgets> {
  readonly commands: string[][];
  readonly disposals: number;
}

export function fakeMachine({ run, memoryKills, diskLeft = 1 << 20, description }: FakeAnswers = {}): FakeMachine {
  const commands: string[][] = [];
  let disposals = 0;
  return {
    commands,
    get disposals() {
      return disposals;
    },
    description: { ...fakeHost, ...description },
    enterCommand: 'nsenter --target=42',
    run(command) {
      commands.push([...command]);
      const ran: Ran = { command: command.join(' '), stdout: '', stderr: '', exitCode: 0, timedOut: false, ...run };
      return Promise.resolve(ran);
    },
    start: () => Promise.reject(new Error('a fake machine starts nothing')),
    readFile: (file) => Promise.reject(new Error(`a fake machine has no ${file}`)),
    writeFile: () => Promise.resolve(),
    connect: () => new PassThrough(),
    ...(memoryKills !== undefined && {
      memoryKills: () => Promise.resolve(memoryKills),
      diskLeft: () => Promise.resolve(diskLeft),
    }),
    [Symbol.asyncDispose]() {
      disposals++;
      return Promise.resolve();
    },
  };
}

/** A kind whose machines are fakes; `machines` has every one that was opened. */
export function fakeKind(answers: FakeAnswers = {}): MachineKind & { machines: FakeMachine[] } {
  const machines: FakeMachine[] = [];
  return {
    machines,
    name: 'fake',
    summary: 'nothing happens in it',
    requirements: () => Promise.resolve([]),
    describe: () => Promise.resolve(fakeHost),
    jobs: () => 1,
    open() {
      const machine = fakeMachine(answers);
      machines.push(machine);
      return Promise.resolve(machine);
    },
    sweep: () => Promise.resolve([]),
  };
}

/** A judgement of one check, which was met, missed, or had no expectation. */
export function fakeJudgement(is: 'met' | 'missed' | 'unknown'): Judgement {
  return {
    observed: 'netns kept',
    expected: is === 'missed' ? 'netns lost 3/3' : 'netns kept',
    ...(is === 'missed'
      ? { reason: "the bind mounts went with the daemon's mount namespace", reference: 'moby issue 30274' }
      : { reason: 'nothing was restarted', reference: 'control' }),
    checks: [
      {
        what: 'network namespaces',
        observed: '3 nsfs',
        ...(is !== 'unknown' && { expected: is === 'met' ? '3 nsfs' : '3 lost' }),
        asExpected: is !== 'missed',
        evidence: ['stat -f -c %t /run/docker/netns/809fe71d52a5 → 6e736673 (nsfs)'],
      },
    ],
    bug: is === 'unknown' ? 'unknown' : 'absent',
  };
}

/** A scenario that observes at once that all is well. */
export function fakeScenario(overrides: Partial<Scenario> = {}): Scenario {
  return {
    name: 'fake',
    claim: 'A fake shows nothing.',
    references: [],
    factors: [{ name: 'mood', levels: ['good', 'bad', 'ugly'] }],
    budget: { memoryBytes: 64 << 20, diskBytes: 1 << 20, seconds: 300 },
    observations: z.unknown(),
    run: (context) => context.phase('containers', 'looking', () => Promise.resolve({ saw: context.cell['mood'] })),
    judge: () => fakeJudgement('met'),
    ...overrides,
  };
}

/** What became of a cell that was tried with fakes. */
export interface Tried {
  /** Without a verdict it was interrupted. */
  outcome: Outcome | 'interrupted';
  /** Why there is no judgement, as the verdict or, without one, the last event says. */
  failure: string | undefined;
  judgement: VerdictRecord['judgement'];
  /** What the cell said that it does. */
  did: string[];
  stored: string[];
  machines: number;
}

/** Runs a cell with fakes and checks what holds for every cell: what is returned is stored, no machine is left. */
export async function tryCell(
  t: ExecutionContext,
  scenario: Partial<Scenario>,
  answers: FakeAnswers = {},
  overrides: Partial<CellPlan> = {},
): Promise<Tried> {
  const run = await createRunDirectory(await temporary(t), 'fake', new Date(0));
  const directory = await run.beginCell({ mood: 'good' }, 1);
  const kind = fakeKind(answers);
  const did: string[] = [];
  const plan: CellPlan = {
    scenario: fakeScenario(scenario),
    cell: { mood: 'good' },
    build: fakeBuild,
    kind,
    host: fakeHost,
    directory,
    doing: (what) => did.push(what),
    hold: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...overrides,
  };
  const verdict = await runCell(plan);
  t.true(kind.machines.every(({ disposals }) => disposals === 1));
  const stored = (await readdir(directory.path)).sort();
  const events = (await readFile(directory.file('events.ndjson'), 'utf8')).trim().split('\n');
  const { what, message } = lastEvent.parse(JSON.parse(events.at(-1) ?? ''));
  const seen = { did, stored, machines: kind.machines.length };
  if (!verdict) {
    t.is(what, 'interrupted');
    return { outcome: 'interrupted', failure: message, judgement: undefined, ...seen };
  }
  const { outcome, failure, judgement, version } = verdict;
  t.deepEqual(await readJson<unknown>(directory.file('verdict.json'), verdictRecord), verdict);
  t.is(version, plan.build?.version);
  if (failure !== undefined) t.deepEqual({ what, message }, { what: 'failed', message: failure });
  return { outcome, failure, judgement, ...seen };
}

const lastEvent = z.object({ what: z.string(), message: z.string().optional() });

import { PassThrough } from 'node:stream';
import type { MachineKind } from '../../harness/machines/shared/kind.ts';
import type {
  KernelTrouble,
  Machine,
  MachineDescription,
  Ran,
  WatchesBudgets,
  WatchesKernel,
} from '../../harness/machine/contract.ts';
import type { DockerBuild } from '../../vms/build.ts';

/** The description of a fake machine: CentOS 7's last kernel, with cgroup v1. */
export const fakeHost: MachineDescription = {
  kind: 'fake',
  machine: 'fake',
  kernel: '3.10.0-1160.el7.x86_64',
  kernelCommandLine: 'quiet',
  cgroupVersion: 1,
  cpus: 2,
  memoryBytes: 1 << 30,
  limits: [],
};

/** A docker of Debian, whose files are nowhere. */
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

/** The answers of a fake machine; the rest of a machine is not used. */
export interface FakeAnswers {
  run?: Partial<Ran>;
  memoryKills?: number;
  diskLeft?: number;
  description?: Partial<MachineDescription>;
  kernelTrouble?: KernelTrouble;
}

/** A machine in which nothing happens, with a record of what was asked of it. */
export interface FakeMachine extends Machine, Partial<WatchesBudgets>, Partial<WatchesKernel> {
  readonly commands: string[][];
  readonly disposals: number;
}

/** A machine in which every program says the same, and no file is; it watches budgets when `memoryKills` is given. */
export function fakeMachine({
  run,
  memoryKills,
  diskLeft = 1 << 20,
  description,
  kernelTrouble,
}: FakeAnswers = {}): FakeMachine {
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
    ...(kernelTrouble && { kernelTrouble: () => kernelTrouble }),
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

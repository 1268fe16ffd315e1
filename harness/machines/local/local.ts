import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, statfs, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import type { DockerBuild } from '../../../vms/build.ts';
import { LabError, lastLines } from '../../errors.ts';
import { shellCommand } from '../../shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../beside.ts';
import type {
  Budget,
  Ending,
  Machine,
  MachineDescription,
  Ran,
  Running,
  RunOptions,
  WatchesBudgets,
} from '../machine.ts';
import { startBesideCell } from './beside.ts';
import { readCgroupLayout } from './cgroup-layout.ts';
import { makeCgroupTree, type CgroupTree } from './cgroup-tree.ts';
import { describeHost } from './host.ts';
import { until } from './until.ts';

const joinCgroups = path.join(import.meta.dirname, 'join-cgroups.sh');
const enter = path.join(import.meta.dirname, 'enter.sh');
const init = path.join(import.meta.dirname, 'init.sh');

/** All namespaces but the user's: a daemon that can't be told from one on a host needs the real root. */
const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup'];

/** Milliseconds for PID 1 to come up: some 300 ms were measured with an idle CPU, 2 s with four cells on two cores. */
const bootLimit = 60_000;

let cellsMade = 0;

/** A cell on this kernel. */
export interface LocalCell extends Machine {
  /** Its root directory as seen from the host. */
  readonly root: string;
}

/**
 * Makes a cell on this kernel: namespaces of its own, pivoted into the build's userland. It ends with this process,
 * however that ends (init.sh says why).
 */
export async function openLocalMachine(build: DockerBuild, budget: Budget): Promise<LocalCell> {
  const layout = await readCgroupLayout();
  const description = await describeHost();
  const cgroups = await makeCgroupTree(layout, `cell-${++cellsMade}`, budget.memoryBytes);
  const command = ['unshare', ...namespaces, '--fork', '--kill-child=KILL', '--propagation', 'private', 'sh', init];
  const outer = spawn('sh', [joinCgroups, cgroups.roots.join(':'), ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...hostEnvironment(),
      USERLAND: build.userland.root,
      DISK: `${budget.diskBytes}`,
      BINDS: build.mounts.map(({ source, target }) => `${source} ${target}`).join('\n'),
      CGROUPS: layout.hierarchies.map(({ controllers, mountPoint }) => `${controllers} ${mountPoint}`).join('\n'),
    },
  });
  let output = '';
  outer.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  outer.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Whoever kills a cell under our feet must not kill the harness with an EPIPE.
  outer.stdin.on('error', () => {});
  try {
    const ready = () => /^ready$/m.test(output);
    if (!(await until(ready, () => outer.exitCode !== null || outer.signalCode !== null, bootLimit))) {
      throw new LabError({
        doing: `making a local cell in the userland ${build.userland.name}`,
        expected: `PID 1 says "ready" within ${bootLimit / 1000} s`,
        happened: outer.exitCode === null ? 'it said nothing' : `it ended with exit code ${outer.exitCode}`,
        evidence: lastLines(output, 10),
        hint: 'npm run lab -- doctor says what a local cell needs',
      });
    }
    return new LocalMachine(description, build, outer, await onlyChild(outer.pid ?? 0), cgroups);
  } catch (error) {
    await end(outer, cgroups);
    throw error;
  }
}

class LocalMachine implements LocalCell, StartsBeside, WatchesBudgets {
  readonly description: MachineDescription;
  readonly enterCommand: string;
  readonly root: string;
  #outer: ChildProcess;
  #cgroups: CgroupTree;
  #enter: string[];
  #pid1: number;
  #started = 0;

  constructor(
    description: MachineDescription,
    build: DockerBuild,
    outer: ChildProcess,
    pid1: number,
    cgroups: CgroupTree,
  ) {
    this.description = description;
    this.#outer = outer;
    this.#cgroups = cgroups;
    this.#pid1 = pid1;
    this.root = `/proc/${pid1}/root`;
    // Not `--wd=/`: nsenter opens the directory before it enters, and programs of the cell would stand in the host's.
    const namespacesOf = [`--target=${pid1}`, ...namespaces, '--root', `--wd=/proc/${pid1}/root`];
    this.#enter = [enter, cgroups.members.join(':'), build.path, ...namespacesOf];
    this.enterCommand = shellCommand(['nsenter', ...namespacesOf, '/bin/busybox', 'env', `PATH=${build.path}`, 'sh']);
  }

  async run(command: readonly string[], { input = '', timeout = 60_000 }: RunOptions = {}): Promise<Ran> {
    const ended = await execa('sh', [...this.#enter, ...command], {
      input,
      timeout,
      reject: false,
      extendEnv: false,
      env: hostEnvironment(),
      forceKillAfterDelay: 1000,
    });
    return {
      command: shellCommand(command),
      stdout: ended.stdout,
      stderr: ended.stderr,
      timedOut: ended.timedOut,
      ...(ended.exitCode !== undefined && { exitCode: ended.exitCode }),
      ...(ended.signal && { signal: ended.signal }),
    };
  }

  async start(command: readonly string[], { log }: { log: string }): Promise<Running> {
    const pidFile = `/run/lab/started-${++this.#started}.pid`;
    const announce = ['busybox', 'sh', '-c', 'echo $$ >"$0.new" && busybox mv "$0.new" "$0" && exec "$@"', pidFile];
    const output = openSync(log, 'a', 0o600);
    const child = spawn('sh', [...this.#enter, ...announce, ...command], {
      stdio: ['ignore', output, output],
      env: hostEnvironment(),
    });
    closeSync(output);
    let ending: Ending | undefined;
    const exited = new Promise<Ending>((resolve) => {
      child.once('exit', (exitCode, signal) => {
        ending = { ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) };
        resolve(ending);
      });
    });
    let pid = 0;
    const announced = async () => (pid = Number(await this.readFile(pidFile).catch(() => '0'))) > 0;
    // A program that ends at once has still told its pid.
    if (!(await until(announced, () => ending !== undefined, bootLimit)) && !(await announced())) {
      throw new LabError({
        doing: `starting ${shellCommand(command)} in a local cell`,
        expected: 'the program runs',
        happened: ending ? `it ended with ${JSON.stringify(ending)} before it ran` : 'it does not come up',
        evidence: lastLines(await readFile(log, 'utf8'), 10),
      });
    }
    return {
      pid,
      exited,
      get hasExited() {
        return ending !== undefined;
      },
      kill: async (signal) => {
        if (!ending) await this.run(['busybox', 'kill', `-${signal.slice(3)}`, `${pid}`]);
      },
    };
  }

  readFile(file: string): Promise<Buffer> {
    return readFile(this.root + file);
  }

  writeFile(file: string, content: string | Uint8Array): Promise<void> {
    return writeFile(this.root + file, content);
  }

  connect(socketPath: string): Duplex {
    // Through /proc/PID/root a path is resolved in the cell's mount namespace, and is short enough for a sockaddr_un.
    return createConnection({ path: this.root + socketPath });
  }

  startBeside(program: BesideProgram): Promise<Beside> {
    const options = [`--target=${this.#pid1}`, '--pid', '--net', '--ipc', '--uts', '--cgroup'];
    const command = ['sh', joinCgroups, this.#cgroups.members.join(':'), 'nsenter', ...options];
    return startBesideCell({ command, root: this.root }, program);
  }

  memoryKills(): Promise<number> {
    return this.#cgroups.memoryKills();
  }

  async diskLeft(): Promise<number> {
    const { bavail, bsize } = await statfs(`${this.root}/var/lib/docker`);
    return bavail * bsize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#outer, this.#cgroups);
  }
}

/** Only what the tools of the host need to be found: a cell sees nothing of the user's environment. */
function hostEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}

async function end(outer: ChildProcess, cgroups: CgroupTree): Promise<void> {
  const isOver = () => outer.exitCode !== null || outer.signalCode !== null;
  outer.stdin?.end();
  if (!(await until(isOver, () => false, 10_000))) {
    outer.kill('SIGKILL');
    await until(isOver, () => false, 10_000);
  }
  await cgroups.remove();
}

/** The host's pid of a cell's PID 1: the one child of the `unshare` that made it. */
async function onlyChild(parent: number): Promise<number> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}

/** Cells that two cores carry side by side: they mostly wait for dockerd's ticks (BENCHMARKS.md). */
const localCellsPerCpu = 3;

/** How many cells fit side by side here: bounded by the cores and by the memory that is free now. */
export function localJobs(memoryBytes: number): number {
  return cellsThatFit(memoryBytes, os.availableParallelism(), os.freemem());
}

/** How many cells with so much memory each (bytes) fit side by side; a fifth of the memory is left alone. */
export function cellsThatFit(memoryBytes: number, cpus: number, freeBytes: number): number {
  const byMemory = Math.floor((freeBytes * 0.8) / memoryBytes);
  return Math.max(1, Math.min(cpus * localCellsPerCpu, byMemory));
}

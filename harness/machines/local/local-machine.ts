import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, statfs, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import type { DockerBuild } from '../../../vms/build.ts';
import { LabError, lastLines } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../../machine/beside.ts';
import type {
  Ending,
  Machine,
  MachineDescription,
  Ran,
  Running,
  RunOptions,
  WatchesBudgets,
} from '../../machine/contract.ts';
import { startBesideCell } from './beside.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { doctorHint } from './host.ts';
import { metInTime } from './met-in-time.ts';

/** Puts a process into cgroups before it executes its program. */
export const joinCgroups = path.join(import.meta.dirname, 'join-cgroups.sh');

/** All namespaces but the user's: a daemon that behaves as one on a host needs the real root. */
export const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup'];

/** Milliseconds for a program to be started: as long as PID 1 may take, with as many cells beside it. */
const startLimit = 60_000;

/** A cell whose PID 1 runs. */
export interface LocalParts {
  description: MachineDescription;
  build: DockerBuild;
  /** The host's pid of its PID 1. */
  pid1: number;
  cgroups: CgroupTree;
  /** Absolute paths of the host's programs that a command goes through: with the `PATH` of the cell they would be others, or none. */
  programs: { sh: string; nsenter: string };
  /** Ends all that runs in it, and removes its cgroups. */
  end: () => Promise<void>;
}

/** A cell on this kernel as the host of a docker build: its namespaces are entered, its files are seen through its root. */
export class LocalMachine implements Machine, StartsBeside, WatchesBudgets {
  readonly description: MachineDescription;
  readonly enterCommand: string;
  /** Its root directory as seen from the host. */
  readonly root: string;
  #parts: LocalParts;
  /** What stands before each command: it joins the cell's cgroups, then its namespaces. */
  #enter: [string, ...string[]];
  #environment: Record<string, string>;
  #started = 0;

  constructor(parts: LocalParts) {
    const { description, build, pid1, cgroups, programs } = parts;
    this.description = description;
    this.#parts = parts;
    this.root = `/proc/${pid1}/root`;
    // Not `--wd=/`: nsenter opens the directory before it enters, and programs of the cell would stand in the host's.
    const namespacesOf = [`--target=${pid1}`, ...namespaces, '--root', `--wd=${this.root}`];
    this.#enter = [programs.sh, joinCgroups, cgroups.members.join(':'), programs.nsenter, ...namespacesOf];
    this.#environment = { PATH: build.path, HOME: '/root', LANG: 'C.UTF-8' };
    this.enterCommand = shellCommand(['nsenter', ...namespacesOf, '/bin/busybox', 'env', `PATH=${build.path}`, 'sh']);
  }

  async run(command: readonly string[], { input = '', timeout = 60_000 }: RunOptions = {}): Promise<Ran> {
    const [program, ...words] = this.#enter;
    const ended = await execa(program, [...words, ...command], {
      input,
      timeout,
      reject: false,
      extendEnv: false,
      env: this.#environment,
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
    const [program, ...words] = this.#enter;
    const child = spawn(program, [...words, ...announce, ...command], {
      stdio: ['ignore', output, output],
      env: this.#environment,
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
    // A program that ends at once has still reported its pid.
    if (!(await metInTime(announced, () => ending !== undefined, startLimit)) && !(await announced())) {
      throw new LabError({
        doing: `starting ${shellCommand(command)} in a local cell`,
        expected: 'the program runs',
        happened: ending ? `it ended with ${JSON.stringify(ending)} before it ran` : 'it does not come up',
        evidence: lastLines(await readFile(log, 'utf8'), 10),
        hint: doctorHint,
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
    const options = [`--target=${this.#parts.pid1}`, '--pid', '--net', '--ipc', '--uts', '--cgroup'];
    const command = ['sh', joinCgroups, this.#parts.cgroups.members.join(':'), 'nsenter', ...options];
    return startBesideCell({ command, root: this.root }, program);
  }

  memoryKills(): Promise<number> {
    return this.#parts.cgroups.memoryKills();
  }

  async diskLeft(): Promise<number> {
    const { bavail, bsize } = await statfs(`${this.root}/var/lib/docker`);
    return bavail * bsize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.end();
  }
}

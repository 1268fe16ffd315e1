import type { Duplex } from 'node:stream';
import type { LimitCode } from '../core/limits.ts';

/** The result of a program, success or not: one shape with every fact in it. */
export interface Ran {
  /** The command as a reader could type it. */
  command: string;
  stdout: string;
  stderr: string;
  /** Absent when a signal ended it. */
  exitCode?: number;
  signal?: string;
  timedOut: boolean;
}

/** Options of a program that is run to its end. */
export interface RunOptions {
  input?: string;
  /** Milliseconds until the program is killed; default 60,000. */
  timeout?: number;
}

/** The end of a program that ran in the background. */
export interface Ending {
  exitCode?: number;
  signal?: string;
}

/** A program that lives on in a machine. It ends with the machine at the latest. */
export interface Running {
  /** Process id inside the machine. */
  readonly pid: number;
  /** Settles, and never rejects, when the program has ended. */
  readonly exited: Promise<Ending>;
  readonly hasExited: boolean;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR1'): Promise<void>;
}

/** The description of the place of a measurement, for readers of the result. */
export interface MachineDescription {
  /** The kind of machine, by its name in the registry. */
  kind: string;
  /** The machine for people: its kind, and what else tells it from others. */
  machine: string;
  kernel: string;
  kernelCommandLine: string;
  /** 1 when the controllers are in v1 hierarchies, 2 when they are in the unified one. */
  cgroupVersion: 1 | 2;
  cpus: number;
  memoryBytes: number;
  /** Codes of the limitations of this machine. */
  limits: LimitCode[];
  /** The factor by which programs may be slower here than on a host: time limits are multiplied by it. 1 when it is left out. */
  slowness?: number;
}

/**
 * Where a cell runs. The same few methods for all four kinds; optional capabilities stand beside it, not in it.
 * Disposing ends everything that runs in it and waits until it is gone.
 */
export interface Machine extends AsyncDisposable {
  readonly description: MachineDescription;
  /** Runs a program to its end. Never rejects for how the program ended. */
  run(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Starts a program that lives on; its output is appended to `log`, a file of the host. */
  start(command: readonly string[], options: { log: string }): Promise<Running>;
  readFile(path: string): Promise<Buffer>;
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** Opens a stream to a unix socket inside; what goes wrong arrives as its `error` event, as with `net.connect`. */
  connect(socketPath: string): Duplex;
  /** The command that lets a person look around inside while the machine lives. */
  readonly enterCommand: string;
}

/** The budgets of a cell. Reaching one of them ends the cell as a finding. */
export interface Budget {
  memoryBytes: number;
  diskBytes: number;
  /** Wall-clock time of the whole cell. */
  seconds: number;
}

/** The budget of a cell with one dockerd: some four times the most that was measured, 270 MB resident in dockerd and 90 MB in its client at 4000 calls. */
export const daemonBudget: Budget = { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 };

/** Beside the interface: a machine that can tell whether the cell reached its budgets. */
export interface WatchesBudgets {
  /** The number of processes of the cell that the kernel killed for its memory budget. */
  memoryKills(): Promise<number>;
  /** Bytes that the cell may still write. */
  diskLeft(): Promise<number>;
}

/** Whether a machine has the capability of {@link WatchesBudgets}. */
export function watchesBudgets(machine: Machine): machine is Machine & WatchesBudgets {
  return 'memoryKills' in machine && 'diskLeft' in machine;
}

/** The end of a machine's kernel, or its lack of memory, since it booted. */
export interface KernelTrouble {
  kind: 'panic' | 'oops' | 'out of memory';
  /** The line that says so. */
  line: string;
  /** Lines of the console around it, and its last ones. */
  console: string;
}

/** Beside the interface: a machine whose kernel is its own, and that keeps what the kernel prints. */
export interface WatchesKernel {
  /** Undefined for a kernel that has nothing of the kind to say. It can be asked when the machine has ended. */
  kernelTrouble(): KernelTrouble | undefined;
}

/** Whether a machine has the capability of {@link WatchesKernel}. */
export function watchesKernel(machine: Machine): machine is Machine & WatchesKernel {
  return 'kernelTrouble' in machine;
}

/** The boot options of a cell's machine, where machines boot. */
export interface Boot {
  /** Words of the kernel's command line. */
  parameters: readonly string[];
  /** Which cgroup file system is mounted; by default the one that the kernel's distribution would use. */
  cgroupVersion?: 1 | 2;
  /** Kernel modules beside those that the machine itself needs. */
  modules?: readonly string[];
  /** Whether ext4 is loaded, where the kernel has it as a module. A {@link diskPages} loads it as well. */
  ext4?: boolean;
  /** Pages of 4 KiB of the one file, called `file`, of a read-only ext4 disk that the machine has; no disk when it is left out. */
  diskPages?: number;
  /** CPUs; 1 when it is left out. A machine that has its own number ignores it. */
  cpus?: number;
}

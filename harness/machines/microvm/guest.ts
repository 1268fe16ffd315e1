import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Qemu } from '../../fetch/qemu.ts';
import { dieWithUs } from '../../fetch/programs/program.ts';
import { BootFailedError, LabError, messageOf } from '../../core/errors.ts';
import { Channel } from '../agent/channel.ts';
import type { Greeting } from '../agent/greeting.ts';
import type { KernelTrouble } from '../../machine/contract.ts';
import { consoleBytes, consoleTail, consoleTrouble } from './console-log.ts';
import { Control } from './control.ts';
import type { MemoryBound } from './memory-bound.ts';
import { kernelCommandLine, qemuArguments, type VmPlan } from './qemu-command.ts';

/** When a boot counts as failed, in milliseconds. */
export interface BootLimits {
  /** Without a new byte on the console. */
  silence: number;
  /** In all. */
  total: number;
}

/** A quiet boot says next to nothing in 3 to 6 s; four on two busy cores took 30 s. */
export const usualLimits: BootLimits = { silence: 90_000, total: 240_000 };

/** Milliseconds between two looks at a console. */
const pollInterval = 100;

/** Milliseconds for a guest to sync its disks and to end. */
const endLimit = 20_000;

/** One life of a guest, from QEMU's start to its end. It ends with this process, however that ends. */
export class Guest implements AsyncDisposable {
  readonly channel: Channel;
  /** QEMU's own. */
  readonly control: Control;
  #qemu: ChildProcess;
  #plan: VmPlan;
  #bound: MemoryBound;
  #consoleStart: number;
  #errors = '';
  #closed: Promise<unknown>;
  #disposing = false;

  /** @param resumed what a guest had said that was saved, and that this one goes on from */
  constructor(qemu: Qemu, plan: VmPlan, bound: MemoryBound, resumed?: Greeting) {
    this.#plan = plan;
    this.#bound = bound;
    this.#consoleStart = consoleBytes(plan.console);
    const [program = '', ...words] = [...bound.wrapper, ...dieWithUs, ...qemu.command, ...qemuArguments(plan)];
    this.#qemu = spawn(program, words, {
      // From the third on, pipes are pairs of sockets whose other ends QEMU finds as its descriptors.
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...qemu.environment },
      // An interrupt at the terminal is the harness's to handle.
      detached: true,
    });
    this.#qemu.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4096);
    });
    const [serial, port, control] = socketsOf(this.#qemu);
    if (!serial || !port || !control) throw new Error('Node has made no pipes for QEMU');
    const explain = (happened: string) => this.#explain(happened);
    this.channel = new Channel({ lines: { serial, port }, explain, resumed });
    this.control = new Control(control);
    this.#closed = once(this.#qemu, 'close').catch((error: unknown) => (this.#errors += messageOf(error)));
    void this.#closed.then(async () => this.channel.fail(await this.#ending()));
  }

  /** Of QEMU, on the host. */
  get pid(): number | undefined {
    return this.#qemu.pid;
  }

  /**
   * Waits until the agent answers.
   *
   * @throws {BootFailedError} with the console's tail
   */
  async booted(limits: BootLimits): Promise<Greeting> {
    const watching = new AbortController();
    try {
      return await Promise.race([this.channel.greeting, this.#stalled(limits, watching.signal)]);
    } catch (error) {
      const failure = error instanceof LabError ? error.failure : undefined;
      throw new BootFailedError(
        {
          doing: `booting a micro VM, ${this.#plan.acceleration}: ${kernelCommandLine(this.#plan)}`,
          expected: 'the agent in it answers',
          happened: failure?.happened ?? messageOf(error),
          evidence: failure?.evidence ?? this.evidence(),
          hint: failure?.hint ?? this.#hint,
        },
        { cause: error },
      );
    } finally {
      watching.abort();
    }
  }

  /** Ends the guest at once, or, if it has disks that it writes to, lets it sync them first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing = true;
    if (this.#isRunning && this.#plan.drives.some(({ readOnly }) => !readOnly)) {
      this.channel.endGuest();
      await Promise.race([this.#closed, sleep(endLimit, undefined, { ref: false })]);
    }
    if (this.#isRunning) this.#qemu.kill('SIGKILL');
    await this.#closed;
    this.channel[Symbol.dispose]();
  }

  get #isRunning(): boolean {
    return this.#qemu.pid !== undefined && this.#qemu.exitCode === null && this.#qemu.signalCode === null;
  }

  async #stalled(limits: BootLimits, signal: AbortSignal): Promise<never> {
    const begin = performance.now();
    let progress = begin;
    let bytes = consoleBytes(this.#plan.console);
    for (;;) {
      await sleep(pollInterval, undefined, { signal });
      const now = performance.now();
      const size = consoleBytes(this.#plan.console);
      if (size !== bytes) progress = now;
      bytes = size;
      const silent = now - progress;
      if (silent > limits.silence) throw this.#explain(`the console has shown nothing new for ${seconds(silent)}`);
      if (now - begin > limits.total) throw this.#explain(`it has not come up within ${seconds(limits.total)}`);
    }
  }

  async #ending(): Promise<string> {
    if (this.#disposing) return 'it was disposed';
    const { exitCode, signalCode } = this.#qemu;
    if (this.#qemu.pid === undefined) return `QEMU cannot be started`;
    // Its cgroup is only missing when another process has removed it; then the answer is unknown.
    const kills = signalCode === 'SIGKILL' ? await this.#bound.kills().catch(() => 0) : 0;
    if (kills > 0) return `the kernel killed QEMU, which may use ${this.#bound.mostBytes >> 20} MiB, for its memory`;
    if (signalCode !== null) return `QEMU was ended by ${signalCode}`;
    return exitCode === 0 ? 'the guest ended or restarted' : `QEMU exited with ${exitCode}`;
  }

  #explain(happened: string): LabError {
    return new LabError({
      doing: 'talking to a micro VM',
      expected: 'it runs, and its agent answers',
      happened,
      evidence: this.evidence(),
      hint: this.#hint,
    });
  }

  get #hint(): string {
    return `the whole console is in ${this.#plan.console}`;
  }

  /** Its kernel's messages about its end, or about exhausted memory, since the last boot. */
  trouble(): KernelTrouble | undefined {
    return consoleTrouble(this.#plan.console, this.#consoleStart);
  }

  /** The last lines of the console of this life, and what QEMU has printed. */
  evidence(): string {
    return `${consoleTail(this.#plan.console, this.#consoleStart)}\n${this.#errors}`.trimEnd();
  }
}

/** The pipes of a child beyond the usual three. */
export function socketsOf({ stdio }: ChildProcess): Socket[] {
  return stdio.slice(3).filter((stream) => stream instanceof Socket);
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}

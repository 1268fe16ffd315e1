import type { LimitCode } from '../../core/limits.ts';
import type { Qemu } from '../../fetch/qemu.ts';
import type { KernelTrouble, MachineDescription, WatchesKernel } from '../../machine/contract.ts';
import { bootGuest, type Booted, type BootEvents } from './boot.ts';
import { AgentMachine } from '../agent/agent-machine.ts';
import type { Channel } from '../agent/channel.ts';
import { enterGuestRoot } from '../agent/file.ts';
import { openTerminal } from '../agent/guest-stream.ts';
import type { MemoryBound } from './memory-bound.ts';
import type { VmPlan } from './qemu-command.ts';
import type { SavedGuest } from './saved-guest.ts';
import { emulatedSlowness } from '../shared/emulated.ts';
import { ShellDoor } from './shell-door.ts';

/** The parts that a micro VM is built on. */
export interface Foundations {
  qemu: Qemu;
  plan: VmPlan;
  cgroupVersion: 1 | 2;
  bound: MemoryBound;
  booting: BootEvents;
  /** Of its own. */
  directory: string;
  /** Removes what was made for it, once it is gone. */
  undo: AsyncDisposableStack;
}

/** A kernel in QEMU. Made by `openMicroVm` and by a snapshot. */
export class MicroVm extends AgentMachine implements WatchesKernel {
  #on: Foundations;
  #booted: Booted;
  #door: ShellDoor;
  #shell = loginShell;

  private constructor(foundations: Foundations, booted: Booted, door: ShellDoor) {
    super();
    this.#on = foundations;
    this.#booted = booted;
    this.#door = door;
  }

  /** Boots, or goes on from what was saved. What was made for it goes with it, or at once if it does not come up. */
  static async open(foundations: Foundations, saved?: SavedGuest): Promise<MicroVm> {
    const { qemu, plan, bound, booting, directory, undo } = foundations;
    await using onFailure = undo.move();
    const booted = await bootGuest(qemu, plan, bound, booting, saved);
    onFailure.use(booted.guest);
    const shell = () => openTerminal(machine.channel, machine.#shell);
    const door = await ShellDoor.open(directory, shell);
    onFailure.use(door);
    const machine = new MicroVm({ ...foundations, undo: onFailure.move() }, booted, door);
    return machine;
  }

  get description(): MachineDescription {
    const { greeting, guest } = this.#booted;
    const { qemu, cgroupVersion, plan } = this.#on;
    const limits: LimitCode[] = [];
    if (plan.acceleration === 'tcg') limits.push('emulated-cpu');
    if (cgroupVersion === 1 && !greeting.cgroups.includes('memory')) limits.push('no-memory-controller-1');
    return {
      kind: 'microvm',
      machine: `microvm, QEMU ${qemu.version}, ${plan.acceleration}, ${guest.channel.transport}`,
      kernel: greeting.release,
      kernelCommandLine: greeting.commandline,
      cgroupVersion,
      cpus: greeting.cpus,
      memoryBytes: greeting.memory,
      limits,
      ...(plan.acceleration === 'tcg' && { slowness: emulatedSlowness }),
    };
  }

  get enterCommand(): string {
    return this.#door.command;
  }

  /** Of QEMU, on the host. */
  get pid(): number | undefined {
    return this.#booted.guest.pid;
  }

  /**
   * Makes a mount of the guest the root of all that this machine does from now on.
   *
   * @param shell what people get there who enter the machine
   */
  async enterRoot(directory: string, shell: readonly string[]): Promise<void> {
    await enterGuestRoot(this.channel, directory);
    this.#shell = shell;
  }

  kernelTrouble(): KernelTrouble | undefined {
    return this.#booted.guest.trouble();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#booted.guest[Symbol.asyncDispose]();
    await this.#on.undo.disposeAsync();
  }

  protected get channel(): Channel {
    return this.#booted.guest.channel;
  }
}

/** The shell for people who enter a guest. */
const loginShell: readonly string[] = ['sh', '-l'];

import type { MountFlags } from '../../core/mount-flags.ts';
import type { Beside, BesideProgram, StartsBeside } from '../../machine/beside.ts';
import { bytesLeft, killsIn } from '../shared/budget-readings.ts';
import type { MachineDescription, Running, WatchesBudgets } from '../../machine/contract.ts';
import { besideCommand, type BesideDisk } from '../agent/beside.ts';
import { AgentMachine } from '../agent/agent-machine.ts';
import type { Channel } from '../agent/channel.ts';
import type { RunsUnits } from '../../machine/units.ts';
import type { Connection } from './connection.ts';
import { startSystemdUnit } from './unit.ts';

/** Parts of a cell's machine in a box. */
export interface BoxParts {
  description: MachineDescription;
  connection: Connection;
  /** `PATH` of all programs, without the lab's own. */
  path: string;
  systemd: number;
  /** The needs of programs beside the daemon; in directories of the box. */
  beside: readonly BesideDisk[];
  enterCommand: string;
  /** The number of processes that its kernel had killed for lack of memory before the cell. */
  killedBefore: number;
}

/** The operations of a cell's machine on its box. */
export interface BoxHold {
  /** Ends all that the cell has started, and lets the next one in. */
  leave: () => Promise<void>;
}

/** Where the lab's own busybox is. */
const labPath = '/opt/lab/bin';

/** A box as the machine of one cell. Everything goes through the lab's agent in it, as in the other machines that are not here. */
export class BoxMachine extends AgentMachine implements StartsBeside, WatchesBudgets, RunsUnits {
  readonly enterCommand: string;
  #parts: BoxParts;
  #hold: BoxHold;

  constructor(parts: BoxParts, hold: BoxHold) {
    super();
    this.enterCommand = parts.enterCommand;
    this.#parts = parts;
    this.#hold = hold;
  }

  get description(): MachineDescription {
    return this.#parts.description;
  }

  get systemd(): number {
    return this.#parts.systemd;
  }

  startUnit(
    command: readonly string[],
    { mountFlags, log }: { mountFlags: MountFlags; log: string },
  ): Promise<Running> {
    return startSystemdUnit(this, command, { mountFlags, log, path: this.#path });
  }

  startBeside(program: BesideProgram): Promise<Beside> {
    return this.talk(besideCommand(this.#parts.beside, program));
  }

  async memoryKills(): Promise<number> {
    return killsIn((await this.readFile('/proc/vmstat')).toString()) - this.#parts.killedBefore;
  }

  diskLeft(): Promise<number> {
    return bytesLeft(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.connection[Symbol.asyncDispose]();
    await this.#hold.leave();
  }

  protected get channel(): Channel {
    return this.#parts.connection.channel;
  }

  protected override get environment(): string[] {
    return [`${labPath}/busybox`, 'env', `PATH=${this.#path}`];
  }

  get #path(): string {
    return `${labPath}:${this.#parts.path}`;
  }
}

import { createWriteStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { MountFlags } from '../../daemons/mount-flags.ts';
import { shellCommand } from '../../shell-command.ts';
import type { Beside, BesideProgram, StartsBeside } from '../beside.ts';
import type { Machine, MachineDescription, Ran, Running, RunOptions, WatchesBudgets } from '../machine.ts';
import { besideCommand, type BesideDisk } from '../microvm/beside.ts';
import { readGuestFile, writeGuestFile } from '../microvm/channel/file.ts';
import { connectSocket } from '../microvm/channel/guest-stream.ts';
import { runProgram, startProgram } from '../microvm/channel/program.ts';
import { talkToProgram } from '../microvm/channel/talking.ts';
import type { Reboots } from '../microvm/microvm.ts';
import type { ReachesPorts } from '../ports.ts';
import type { RunsUnits } from '../units.ts';
import type { Connection } from './connection.ts';
import { startUnit } from './unit.ts';

/** What a box is made the machine of a cell with. */
export interface BoxParts {
  description: MachineDescription;
  connection: Connection;
  /** `PATH` of all programs, without the lab's own. */
  path: string;
  systemd: number;
  /** What programs beside the daemon need; in directories of the box. */
  beside: readonly BesideDisk[];
  enterCommand: string;
  /** How many processes its kernel had killed for want of memory before the cell. */
  killedBefore: number;
}

/** What the machine of a cell does with its box. */
export interface BoxHold {
  /** Ends all that the cell has started, boots the box with other parameters, and enters it again. */
  reboot: (bootParameters: readonly string[]) => Promise<BoxParts>;
  /** Ends all that the cell has started, and lets the next one in. */
  leave: () => Promise<void>;
  connectPort: (port: number) => Duplex;
}

/** Where the lab's own busybox is. */
const labPath = '/opt/lab/bin';

/** A box as the machine of one cell. Everything goes through the lab's agent in it, as in the other machines that are not here. */
export class BoxMachine implements Machine, Reboots, StartsBeside, WatchesBudgets, RunsUnits, ReachesPorts {
  readonly enterCommand: string;
  #parts: BoxParts;
  #hold: BoxHold;

  constructor(parts: BoxParts, hold: BoxHold) {
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

  async run(command: readonly string[], options?: RunOptions): Promise<Ran> {
    const ran = await runProgram(this.#channel, [...this.#environment, ...command], options);
    return { ...ran, command: shellCommand(command) };
  }

  start(command: readonly string[], { log }: { log: string }): Promise<Running> {
    const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
    return startProgram(this.#channel, [...this.#environment, ...command], output);
  }

  startUnit(
    command: readonly string[],
    { mountFlags, log }: { mountFlags: MountFlags; log: string },
  ): Promise<Running> {
    return startUnit(this, command, { mountFlags, log, path: this.#path });
  }

  startBeside(program: BesideProgram): Promise<Beside> {
    return talkToProgram(this.#channel, [...this.#environment, ...besideCommand(this.#parts.beside, program)]);
  }

  readFile(file: string): Promise<Buffer> {
    return readGuestFile(this.#channel, file);
  }

  writeFile(file: string, content: string | Uint8Array): Promise<void> {
    return writeGuestFile(this.#channel, file, content);
  }

  connect(socketPath: string): Duplex {
    return connectSocket(this.#channel, socketPath);
  }

  connectPort(port: number): Duplex {
    return this.#hold.connectPort(port);
  }

  async memoryKills(): Promise<number> {
    return killedIn((await this.readFile('/proc/vmstat')).toString()) - this.#parts.killedBefore;
  }

  async diskLeft(): Promise<number> {
    const { stdout } = await this.run(['busybox', 'stat', '-f', '-c', '%a %S', '/var/lib/docker']);
    const [blocks = 0, bytes = 0] = stdout.split(' ').map(Number);
    return blocks * bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.connection[Symbol.asyncDispose]();
    await this.#hold.leave();
  }

  async reboot(bootParameters: readonly string[]): Promise<void> {
    await this.#parts.connection[Symbol.asyncDispose]();
    this.#parts = await this.#hold.reboot(bootParameters);
  }

  get #channel() {
    return this.#parts.connection.channel;
  }

  get #path(): string {
    return `${labPath}:${this.#parts.path}`;
  }

  get #environment(): string[] {
    return [`${labPath}/busybox`, 'env', `PATH=${this.#path}`];
  }
}

/** How many processes a kernel has killed for want of memory, since it booted; counted since 4.13, and none before. */
export function killedIn(vmstat: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(vmstat)?.[1] ?? 0);
}

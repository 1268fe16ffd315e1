import { createWriteStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import { shellCommand } from '../../core/shell-command.ts';
import type { Beside } from '../../machine/beside.ts';
import type { Machine, MachineDescription, Ran, Running, RunOptions } from '../../machine/contract.ts';
import type { Channel } from './channel.ts';
import { readGuestFile, writeGuestFile } from './file.ts';
import { connectSocket } from './guest-stream.ts';
import { runProgram, startProgram } from './program.ts';
import { talkToProgram } from './talking.ts';

/** A machine in which the lab's agent runs all programs and sees to all files: one that is not here. */
export abstract class AgentMachine implements Machine {
  abstract readonly description: MachineDescription;
  abstract readonly enterCommand: string;

  /** To the agent. */
  protected abstract get channel(): Channel;

  /** Words that go before every command, e.g. to set its `PATH`; no reader of a result sees them. */
  protected get environment(): readonly string[] {
    return [];
  }

  async run(command: readonly string[], options?: RunOptions): Promise<Ran> {
    const ran = await runProgram(this.channel, [...this.environment, ...command], options);
    return { ...ran, command: shellCommand(command) };
  }

  start(command: readonly string[], { log }: { log: string }): Promise<Running> {
    const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
    return startProgram(this.channel, [...this.environment, ...command], output);
  }

  /** Starts a program that is talked to. */
  talk(command: readonly string[]): Promise<Beside> {
    return talkToProgram(this.channel, [...this.environment, ...command]);
  }

  readFile(file: string): Promise<Buffer> {
    return readGuestFile(this.channel, file);
  }

  writeFile(file: string, content: string | Uint8Array): Promise<void> {
    return writeGuestFile(this.channel, file, content);
  }

  connect(socketPath: string): Duplex {
    return connectSocket(this.channel, socketPath);
  }

  abstract [Symbol.asyncDispose](): Promise<void>;
}

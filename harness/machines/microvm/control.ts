import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LabError, messageOf } from '../../core/errors.ts';

/** A message of QEMU's control protocol (QMP): a greeting, the answer to a command, or an event. */
const message = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ desc: z.string() }) }),
  z.object({ event: z.string() }),
  z.object({ QMP: z.unknown() }),
]);

const status = z.object({ status: z.string().optional(), 'error-desc': z.string().optional() });

/** Milliseconds between two questions how far something is. */
const pollInterval = 5;

/** QEMU's own control: commands one after another, each with its answer. */
export class Control {
  #socket: Duplex;
  #rest = '';
  #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  #ready: Promise<unknown> | undefined;
  #ended: string | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => this.#fail('QEMU has ended'));
  }

  /** Runs a command. @throws {LabError} with QEMU's words */
  async run(command: string, argumentsOfIt: Record<string, unknown> = {}): Promise<unknown> {
    this.#ready ??= this.#send('qmp_capabilities', {});
    await this.#ready;
    return this.#send(command, argumentsOfIt);
  }

  /** Asks again and again until the answer's `status` is none of these, and returns it. */
  async after(command: string, unfinished: readonly string[]): Promise<z.infer<typeof status>> {
    for (;;) {
      const answer = status.parse(await this.run(command));
      if (!unfinished.includes(answer.status ?? '')) return answer;
      await sleep(pollInterval);
    }
  }

  #send(execute: string, argumentsOfIt: Record<string, unknown>): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(failed(execute, this.#ended));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({
      resolve,
      reject: (error) => reject(failed(execute, error.message)),
    });
    this.#socket.write(`${JSON.stringify({ execute, arguments: argumentsOfIt })}\n`);
    return promise;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    try {
      for (const line of lines) {
        const said = message.parse(JSON.parse(line));
        if ('return' in said) this.#waiting.shift()?.resolve(said.return);
        else if ('error' in said) this.#waiting.shift()?.reject(new Error(said.error.desc));
      }
    } catch (error) {
      this.#fail(`it sent a message that cannot be parsed: ${messageOf(error)}`);
    }
  }

  #fail(happened: string): void {
    this.#ended ??= happened;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(happened));
  }
}

function failed(command: string, happened: string): LabError {
  return new LabError({ doing: `telling QEMU to ${command}`, expected: 'it does so', happened });
}

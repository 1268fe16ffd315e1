import { constants } from 'node:os';
import type { WriteStream } from 'node:fs';
import { LabError } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Ending, Ran, Running, RunOptions } from '../../machine/contract.ts';
import type { Call } from './call.ts';
import type { Channel } from './channel.ts';

/** Bytes of output that a program may have that is run to its end. */
const mostOutput = 64 << 20;

/** Milliseconds from SIGTERM to SIGKILL, and from SIGKILL until the end is given up. */
const patience = { term: 1000, kill: 10_000 };

/** Of the order to run a program. */
export const runFlags = { noInput: 1, oneOutput: 2, terminal: 4 };

/** The environment of every program of a guest. */
const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C'];

/** Runs a program in the guest to its end. Rejects only when the guest fails. */
export function runProgram(channel: Channel, command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input = '', timeout = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const outputs: [Buffer[], Buffer[]] = [[], []];
    let bytes = 0;
    let open = 2;
    let ending: Ending | undefined;
    let timedOut = false;
    let timer: NodeJS.Timeout | undefined;
    const stop = (failure?: Error) => {
      clearTimeout(timer);
      call.close();
      if (failure) reject(failure);
    };
    const giveUp = (failure: Error) => {
      call.kill(constants.signals.SIGKILL, true);
      call.forget();
      stop(failure);
    };
    const finish = () => {
      if (!ending || open > 0) return;
      stop();
      const [stdout, stderr] = outputs.map((parts) => withoutLastNewline(Buffer.concat(parts).toString()));
      resolve({ command: shellCommand(command), stdout: stdout ?? '', stderr: stderr ?? '', timedOut, ...ending });
    };
    const call = channel.open('R', 0, orderToRun(command), {
      data(part, chunk) {
        outputs[part - 1]?.push(chunk);
        bytes += chunk.length;
        if (bytes > mostOutput) giveUp(tooMuch(command));
        else call.grant(part, chunk.length);
      },
      end() {
        open -= 1;
        finish();
      },
      quit(status) {
        ending = endingOf(status);
        finish();
      },
      failed: stop,
    });
    if (input !== '') call.write(Buffer.from(input), () => {});
    call.end();
    timer = setTimeout(() => {
      timedOut = true;
      call.kill(constants.signals.SIGTERM, true);
      timer = setTimeout(() => {
        call.kill(constants.signals.SIGKILL, true);
        timer = setTimeout(() => giveUp(undying(command)), patience.kill);
      }, patience.term);
    }, timeout);
  });
}

/** Starts a program in the guest that lives on. Its output goes to a stream of the host, whose error ends the channel. */
export function startProgram(channel: Channel, command: readonly string[], log: WriteStream): Promise<Running> {
  return new Promise((resolve, reject) => {
    let ending: Ending | undefined;
    let outputOpen = true;
    const { promise: exited, resolve: exit } = Promise.withResolvers<Ending>();
    const end = (how: Ending) => {
      ending = how;
      // After what it has printed: the stream writes in order.
      log.write('', () => exit(how));
      closeLog();
    };
    // Children that live on may hold the output open longer than the program does.
    const closeLog = () => {
      if (!ending || outputOpen) return;
      log.end();
      call.close();
    };
    log.on('error', (error) => channel.fail(`the log of ${shellCommand(command)} cannot be written: ${error.message}`));
    const call: Call = channel.open('R', runFlags.noInput | runFlags.oneOutput, orderToRun(command), {
      started(pid) {
        resolve({
          pid,
          exited,
          get hasExited() {
            return ending !== undefined;
          },
          kill(signal) {
            if (!ending) call.kill(constants.signals[signal], false);
            return Promise.resolve();
          },
        });
      },
      data: (part, chunk) => void log.write(chunk, () => call.grant(part, chunk.length)),
      end() {
        outputOpen = false;
        closeLog();
      },
      quit: (status) => end(endingOf(status)),
      failed(error) {
        // The guest is gone, and the program went with it.
        outputOpen = false;
        if (!ending) end({ signal: 'SIGKILL' });
        else closeLog();
        reject(error);
      },
    });
  });
}

/** The payload of an order to run: how many variables, then these and the command's words, each with its length. */
export function orderToRun(command: readonly string[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(environment.length);
  const lengthAndText = [...environment, ...command].flatMap((word) => {
    const text = Buffer.from(word);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return [length, text];
  });
  return Buffer.concat([count, ...lengthAndText]);
}

/** A status of wait(2). */
export function endingOf(status: number): Ending {
  const signal = status & 0x7f;
  if (signal === 0) return { exitCode: (status >> 8) & 0xff };
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return { signal: name ?? `signal ${signal}` };
}

function withoutLastNewline(text: string): string {
  return text.replace(/\n$/, '');
}

function tooMuch(command: readonly string[]): LabError {
  return new LabError({
    doing: `running ${shellCommand(command)} in a micro VM`,
    expected: `${mostOutput >> 20} MiB of output at most`,
    happened: 'it has written more, and was killed',
    hint: 'let it write into a file of the guest',
  });
}

function undying(command: readonly string[]): LabError {
  return new LabError({
    doing: `ending ${shellCommand(command)} in a micro VM, whose time was over`,
    expected: 'it and what it has started end with SIGKILL',
    happened: `${patience.kill / 1000} s later the guest has not told the end of it and its output`,
    hint: 'something else in the guest may hold its output open',
  });
}

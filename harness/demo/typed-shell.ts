import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { LabError } from '../core/errors.ts';
import { typedCommand } from '../core/typed-command.ts';

/** A shell that is typed into, line by line. It ends with this process. */
export interface TypedShell extends AsyncDisposable {
  /** Types a line and resolves with what it printed, both streams, and its exit code. */
  type(line: string): Promise<{ output: string; exitCode: number }>;
}

/** Milliseconds for one line. */
const lineLimit = 20_000;

/** Opens a shell; `command` has to become one that reads its standard input. */
export function openTypedShell(command: readonly string[]): TypedShell {
  const [program = '', ...rest] = command;
  const shell = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
  let output = '';
  let notify = () => {};
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const end = (said = '') => {
      isOver = true;
      output += said;
      resolve();
    };
    shell.once('close', () => end());
    // A program that is not there has no close.
    shell.once('error', ({ message }) => end(message));
  });
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      notify();
    });
  }
  // A shell that ended early prints no more; the error shows its output.
  shell.stdin.on('error', () => {});
  void ended.then(() => notify());
  return {
    async type(line) {
      const mark = `mark-${randomUUID()}`;
      const pattern = new RegExp(`${mark} (\\d+)\\n`);
      output = '';
      shell.stdin.write(`{ ${line}\n} 2>&1; echo "${mark} $?"\n`);
      const timeout = setTimeout(() => shell.kill('SIGKILL'), lineLimit);
      try {
        for (;;) {
          const found = pattern.exec(output);
          if (found) return { output: output.slice(0, found.index).trimEnd(), exitCode: Number(found[1]) };
          if (isOver) throw gone(line, output);
          await new Promise<void>((resolve) => (notify = resolve));
        }
      } finally {
        clearTimeout(timeout);
      }
    },
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      const timeout = setTimeout(() => shell.kill('SIGKILL'), lineLimit);
      await ended;
      clearTimeout(timeout);
    },
  };
}

function gone(line: string, output: string): LabError {
  return new LabError({
    doing: `typing into a shell: ${line}`,
    expected: `it comes back within ${lineLimit / 1000} s`,
    happened: 'the shell ended',
    evidence: output.trimEnd(),
    hint: `${typedCommand('lab', 'doctor')} says whether namespaces can be made here`,
  });
}

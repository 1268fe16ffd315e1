import { CommanderError } from 'commander';
import { guardTerminal } from '../report/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { systemFailure } from '../core/system-error.ts';
import { startedProgram } from '../core/typed-command.ts';
import { applyConfig, findConfig } from './config.ts';
import { watchOutput } from './output.ts';
import { followParent } from './parent.ts';
import { labProgram } from './program.ts';
import { tellError } from './tell-error.ts';

/** Runs `scenario …` or `lab …` and returns the exit code. Every error thrown becomes a message and a code here. */
export async function main(words: string[]): Promise<number> {
  guardTerminal(process.stdout, process.stderr);
  const output = watchOutput();
  followParent();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.once(event, endWithBug);
  try {
    const exitCode = await run(words);
    await written(process.stdout);
    if (!output.failure) return exitCode;
    const doing = 'writing to stdout';
    const told = tellError(systemFailure(output.failure, { doing, expected: 'all of the output is written' }));
    // The answer of a bisection is its exit code: `git bisect` does not read the output.
    return words.includes('--bisect') ? exitCode : told;
  } finally {
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.off(event, endWithBug);
  }
}

/** An error that no code awaits leaves an unknown state. */
function endWithBug(error: unknown): void {
  process.exit(tellError(error));
}

/** Resolves when all that was written so far has left, or cannot. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

async function run(words: string[]): Promise<number> {
  let exitCode: number = exitCodes.asExpected;
  using settings = new DisposableStack();
  try {
    settings.use(applyConfig(findConfig()));
  } catch (error) {
    return tellError(error);
  }
  const typed = withoutScript(words);
  const program = await labProgram((code) => (exitCode = code), typed);
  try {
    await program.parseAsync(typed, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and errors of the command line: commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return tellError(error);
  }
}

/** `lab` is npm's script for commands that the package has without it; what is written for a checkout works there, too. */
function withoutScript(words: string[]): string[] {
  return startedProgram() && words[0] === 'lab' ? words.slice(1) : words;
}

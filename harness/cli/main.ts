import { Command, CommanderError } from 'commander';
import { guardTerminal } from '../report/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { systemFailure } from '../core/system-error.ts';
import { benchCommand } from './bench-command.ts';
import { addCompareCommand } from './compare-command.ts';
import { addDaemonsCommand } from './daemons-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addKernelCommands, addKernelsCommand } from './kernel-commands.ts';
import { matrixCommand } from './matrix-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addNetnsDemoCommand } from './netns-demo-command.ts';
import { addOpenCommand } from './open-command.ts';
import { refuseRepeats } from './options.ts';
import { watchOutput } from './output.ts';
import { followParent } from './parent.ts';
import { addPruneCommand } from './prune-command.ts';
import { addRebuildCommand } from './rebuild-command.ts';
import { addReduceCommand } from './reduce-command.ts';
import { addRejudgeCommand } from './rejudge-command.ts';
import { addReportCommand } from './report-command.ts';
import { scenarioCommand } from './scenario-command.ts';
import { addShowCommand } from './show-command.ts';
import { tellError } from './tell-error.ts';
import { addUpstreamCommand } from './upstream-command.ts';

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
  const program = new Command('npm run').exitOverride().showSuggestionAfterError();
  const setExitCode = (code: number) => (exitCode = code);
  program.addCommand(scenarioCommand(setExitCode).exitOverride());
  program.addCommand(benchCommand(setExitCode).exitOverride());
  program.addCommand(matrixCommand(setExitCode).exitOverride());
  const lab = program
    .command('lab')
    .description('look at daemons, machines, runs and the mechanism itself')
    .exitOverride();
  for (const add of [
    addCompareCommand,
    addDaemonsCommand,
    addDoctorCommand,
    addKernelCommands,
    addKernelsCommand,
    addMergeCommand,
    addNetnsDemoCommand,
    addOpenCommand,
    addPruneCommand,
    addRebuildCommand,
    addReduceCommand,
    addRejudgeCommand,
    addReportCommand,
    addShowCommand,
    addUpstreamCommand,
  ])
    add(lab, setExitCode);
  refuseRepeats(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and errors of the command line: commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return tellError(error);
  }
}

import { Command, CommanderError } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { exitCodes } from '../run/exit-code.ts';
import { benchCommand } from './bench-command.ts';
import { addCompareCommand } from './compare-command.ts';
import { addDaemonsCommand } from './daemons-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addKernelCommands, addKernelsCommand } from './kernel-commands.ts';
import { matrixCommand } from './matrix-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addNetnsDemoCommand } from './netns-demo-command.ts';
import { addOpenCommand } from './open-command.ts';
import { addPruneCommand } from './prune-command.ts';
import { addRebuildCommand } from './rebuild-command.ts';
import { addReduceCommand } from './reduce-command.ts';
import { addReportCommand } from './report-command.ts';
import { scenarioCommand } from './scenario-command.ts';
import { addShowCommand } from './show-command.ts';
import { addUpstreamCommand } from './upstream-command.ts';

/** Runs `scenario …` or `lab …` and returns the exit code. Whatever is thrown becomes a message and a code here. */
export async function main(words: string[]): Promise<number> {
  let exitCode: number = exitCodes.asExpected;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe);
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
    addReportCommand,
    addShowCommand,
    addUpstreamCommand,
  ])
    add(lab, setExitCode);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and errors of the command line: commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (error instanceof UsageError) return complain(error.message, exitCodes.usage);
    if (error instanceof LabError) return complain(error.message, exitCodes.couldNotRun);
    // A bug of ours: the stack is what its finder needs.
    return complain(error instanceof Error ? (error.stack ?? error.message) : String(error), exitCodes.couldNotRun);
  }
}

/** Whoever reads only the head of our output has seen what they wanted; the run and its files go on. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}

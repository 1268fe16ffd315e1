import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command } from 'commander';
import { z } from 'zod';
import { startedProgram } from '../core/typed-command.ts';
import { benchCommand } from './bench-command.ts';
import { addCompareCommand } from './compare-command.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addDaemonsCommand } from './daemons-command.ts';
import { addDiagnoseCommand } from './diagnose-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addFleetCommand } from './fleet-command.ts';
import { addKernelCommands, addKernelsCommand } from './kernel-commands.ts';
import { matrixCommand } from './matrix-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addNetnsDemoCommand } from './netns-demo-command.ts';
import { addOpenCommand } from './open-command.ts';
import { refuseRepeats } from './options.ts';
import { addPruneCommand } from './prune-command.ts';
import { addRebuildCommand } from './rebuild-command.ts';
import { addReduceCommand } from './reduce-command.ts';
import { addRejudgeCommand } from './rejudge-command.ts';
import { addReportCommand } from './report-command.ts';
import { scenarioCommand } from './scenario-command.ts';
import { addShowCommand } from './show-command.ts';
import { addTryCommand } from './try-command.ts';
import { addUpstreamCommand } from './upstream-command.ts';
import { addWorkerCommand } from './worker-command.ts';

const about =
  'Reproduces container-host leaks on real dockers and real kernels, measures them, and shows which fixes hold.';

/**
 * The commands of the lab: in a checkout those of `lab` are below it, as npm has a script for it; of the package they stand beside `scenario`,
 * `matrix` and `bench`.
 */
export function labProgram(setExitCode: (code: number) => void): Command {
  const started = startedProgram();
  const program = new Command(started?.join(' ') ?? 'npm run').description(about).showSuggestionAfterError();
  program.addCommand(scenarioCommand(setExitCode));
  program.addCommand(benchCommand(setExitCode));
  program.addCommand(matrixCommand(setExitCode));
  const lab = started
    ? program
    : program.command('lab').description('look at daemons, machines, runs and the mechanism itself');
  lab.version(ownVersion(), '--version', 'print the version of the lab');
  for (const add of [
    addCompareCommand,
    addDaemonsCommand,
    addDiagnoseCommand,
    addDoctorCommand,
    addFleetCommand,
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
    addTryCommand,
    addUpstreamCommand,
    addWorkerCommand,
  ])
    add(lab, setExitCode);
  if (started) addCompletionCommand(program);
  throwInsteadOfExit(program);
  refuseRepeats(program);
  return program;
}

/** For a command and all below it. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** The version in the package's manifest. */
function ownVersion(): string {
  const manifest = findPackageJSON(import.meta.url) ?? '';
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}

import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command } from 'commander';
import { z } from 'zod';
import { startedProgram } from '../core/typed-command.ts';
import { addersOf } from './commands.ts';
import { refuseRepeats } from './options.ts';

const about =
  'Reproduces container-host leaks on real dockers and real kernels, measures them, and shows which fixes hold.';

/**
 * The commands of the lab: in a checkout those of `lab` are below it, as npm has a script for it; of the package they stand beside `scenario`,
 * `matrix` and `bench`.
 *
 * @param typed what was typed after the program: when it names a command, the program has that one alone, and no code of others is loaded
 */
export async function labProgram(setExitCode: (code: number) => void, typed: readonly string[] = []): Promise<Command> {
  const started = startedProgram();
  const program = new Command(started?.join(' ') ?? 'npm run').description(about).showSuggestionAfterError();
  const { ofProgram, ofLab } = await addersOf(typed, started !== undefined);
  for (const add of ofProgram) add(program, setExitCode);
  const lab = started
    ? program
    : program.command('lab').description('look at daemons, machines, runs and the mechanism itself');
  lab.version(ownVersion(), '--version', 'print the version of the lab');
  for (const add of ofLab) add(lab, setExitCode);
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

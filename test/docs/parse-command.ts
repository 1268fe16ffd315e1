import { CommanderError, type Command } from 'commander';
import { labProgram } from '../../harness/cli/program.ts';
import { parseSelection } from '../../harness/core/cell.ts';
import { named } from '../../harness/core/did-you-mean.ts';
import { messageOf } from '../../harness/core/errors.ts';
import { programSetting } from '../../harness/core/typed-command.ts';
import { parseSizes } from '../../harness/run/sizes.ts';
import { scenarios } from '../../scenarios/index.ts';

/**
 * Parses a command line of the lab without doing anything.
 *
 * @returns what is wrong with it; undefined when its command, options, scenario and levels exist
 */
export async function wrongWith(words: readonly string[]): Promise<string | undefined> {
  // Where the text leaves it out it has said before that the environment has it.
  process.env['DOCKERD_LEAK_LAB_FLEET'] ??= 'redis://127.0.0.1:6379';
  const program = await programWith(words);
  let ran = false;
  forEach(program, (command) => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    // A group of commands does nothing by itself.
    if (command.commands.length > 0 && command.options.every(({ long }) => long === '--version')) return;
    command.action(() => {
      ran = true;
      if (command.name() === 'scenario') checkScenario(command);
    });
  });
  try {
    program.parse(program.name() === 'leaklab' ? words.slice(1) : words, { from: 'user' });
    return ran ? undefined : 'it is no whole command';
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return messageOf(error);
  }
}

/** The program of the package for the one command that a checkout has not. */
async function programWith([, command]: readonly string[]): Promise<Command> {
  if (command !== 'completion') return labProgram(() => {});
  process.env[programSetting] = 'leaklab';
  try {
    return await labProgram(() => {});
  } finally {
    delete process.env[programSetting];
  }
}

function forEach(command: Command, action: (command: Command) => void): void {
  action(command);
  for (const child of command.commands) forEach(child, action);
}

/** @throws {UsageError} for a scenario, factor, level or size that does not exist */
function checkScenario(command: Command): void {
  const options = command.opts<{ list?: true; scenario?: string; only: string[]; not: string[]; size: string[] }>();
  // A scenario of a module is known when that is loaded.
  if (options.list || options.scenario !== undefined) return;
  const scenario = named('scenario', command.args[0] ?? '', scenarios);
  const open = ['daemon', 'kernel'].map((name) => ({ name, levels: [], open: true }));
  parseSelection([...options.only, ...options.not], [...open, ...scenario.factors]);
  parseSizes(options.size, scenario);
}

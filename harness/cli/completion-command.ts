import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Argument, type Command } from 'commander';
import { complete } from './completion/complete.ts';

/** The shells that there is a script for. */
const shells = ['bash', 'zsh', 'fish'] as const;

/** `leaklab completion SHELL`, and `leaklab complete -- LINE`, which its script calls. Of the package alone: npm completes its own scripts. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, scenarios, levels, cached builds and kernels in a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(shells))
    .action(async (shell: string) => {
      process.stdout.write(await readFile(path.join(import.meta.dirname, `completion/leaklab.${shell}`)));
    });
  program
    .command('complete', { hidden: true })
    .description('print how a line may go on, one a line')
    .argument('<line>', 'the line up to the cursor')
    .action(async (line: string) => {
      const found = await complete(program, line);
      process.stdout.write(found.map((one) => `${one}\n`).join(''));
    });
}

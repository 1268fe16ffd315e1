import type { Command } from 'commander';
import { rebuildHistory, type History } from '../history/history.ts';
import { resultsOption } from './options.ts';

/** `lab rebuild` */
export function addRebuildCommand(lab: Command): void {
  lab
    .command('rebuild')
    .description('make the history anew, from the run directories alone')
    .addOption(resultsOption('where runs are kept'))
    .action(async ({ out }: { out: string }) => {
      using history = await rebuildHistory(out);
      complainOf(history);
      const columns = history.nights();
      const runs = columns.reduce((sum, column) => sum + column.runs.length, 0);
      const nights = columns.filter(({ kind }) => kind === 'night').length;
      process.stdout.write(
        `${counted(runs, 'run')}, ${counted(nights, 'night')}: the history of ${out} is made anew\n`,
      );
    });
}

/** Says what the history had to leave out. */
export function complainOf({ unreadable }: History): void {
  for (const { directory, why } of unreadable)
    process.stderr.write(`left out of the history: ${directory}\n  ${why}\n`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

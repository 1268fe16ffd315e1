import type { Command } from 'commander';
import { mergeResults } from '../night/merge.ts';
import { resultsOption } from './options.ts';

/** `lab merge DIR…` */
export function addMergeCommand(lab: Command): void {
  lab
    .command('merge')
    .description('copy the runs and nights of other results, e.g. of shards on other hosts, into these')
    .argument('<dir...>', 'directories with results')
    .addOption(resultsOption('where runs are kept'))
    .action(async (sources: string[], { out }: { out: string }) => {
      const { runs, nights, known, leftOut } = await mergeResults(sources, out);
      for (const { file, why } of leftOut) process.stderr.write(`left out: ${file}\n  ${why}\n`);
      process.stdout.write(
        `${runs} runs and ${nights} nights were copied to ${out}; ${known} were there already${leftOut.length > 0 ? `; ${leftOut.length} left out` : ''}.\n`,
      );
    });
}

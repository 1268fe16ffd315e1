import type { Command } from 'commander';
import { mergeResults } from '../matrix/night/merge.ts';
import { defaultResults } from './options.ts';

/** `lab merge DIR…` */
export function addMergeCommand(lab: Command): void {
  lab
    .command('merge')
    .description('copy the runs and nights of other results, e.g. of shards on other hosts, into these')
    .argument('<dir...>', 'directories with results')
    .option('--out <dir>', 'where runs are kept', defaultResults)
    .action(async (sources: string[], { out }: { out: string }) => {
      const { runs, nights, known } = await mergeResults(sources, out);
      process.stdout.write(`${runs} runs and ${nights} nights were copied to ${out}; ${known} were there already.\n`);
    });
}

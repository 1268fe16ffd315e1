import path from 'node:path';
import type { Command } from 'commander';
import { reportDirectory } from '../history/citations.ts';
import { openHistory } from '../history/history.ts';
import { writeSite } from '../report/site/write-site.ts';
import { conclusionOf } from './conclusion.ts';
import { defaultResults, positive } from './options.ts';
import { complainOf } from './rebuild-command.ts';

/** Columns of a matrix page: two weeks of nights. */
export const usualColumns = 14;

/** `lab report` */
export function addReportCommand(lab: Command): void {
  lab
    .command('report')
    .description('write pages of the matrix and of every run in it, to be opened from the disk')
    .option('--nights <n>', 'how many nights and runs by hand are shown, the newest', positive, usualColumns)
    .option('--out <dir>', 'where runs are kept', defaultResults)
    .option('--to <dir>', `where the pages go; by default \`${reportDirectory}\` in the results`)
    .action(async ({ out, to, nights }: { out: string; to?: string; nights: number }) => {
      const begin = performance.now();
      using history = await openHistory(out);
      complainOf(history);
      const site = to ?? path.join(out, reportDirectory);
      const { columns, rows } = await writeSite({ history, results: out, out: site, limit: nights, conclusionOf });
      const runs = columns.reduce((sum, column) => sum + column.runs.length, 0);
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      process.stdout.write(
        `${rows.length} cells, ${columns.length} nights and runs by hand, ${runs} pages of runs, in ${seconds} s: ${path.join(site, 'index.html')}\n`,
      );
    });
}

import path from 'node:path';
import type { Command } from 'commander';
import { declaredOf, scenarios } from '../../scenarios/index.ts';
import { reportDirectory } from '../history/citations.ts';
import { openHistory } from '../history/history.ts';
import { openBeneath } from '../store/beneath.ts';
import { conclusionOf } from './conclusion.ts';
import { filePath, mostNights, positive, resultsOption } from './options.ts';
import { complainOf } from './rebuild-command.ts';

/** Columns of a matrix page: two weeks of nights. */
export const usualColumns = 14;

/** Where the pages of results go. @throws {LabError} when that is a link: it may lead anywhere */
export function siteOf(results: string): string {
  openBeneath(results, reportDirectory)?.[Symbol.dispose]();
  return path.join(results, reportDirectory);
}

/** `lab report` */
export function addReportCommand(lab: Command): void {
  lab
    .command('report')
    .description('write pages of the matrix and of every run in it, to be opened from the disk')
    .option(
      '--nights <n>',
      'how many nights and runs by hand are shown, the newest',
      positive(mostNights),
      usualColumns,
    )
    .addOption(resultsOption('where runs are kept'))
    .option('--to <dir>', `where the pages go; by default \`${reportDirectory}\` in the results`, filePath)
    .option('--full', 'show the kernel command line of hosts whole, and not only what matters for a leak')
    .action(async ({ out, to, nights, full }: { out: string; to?: string; nights: number; full?: true }) => {
      const begin = performance.now();
      const { writeSite } = await import('../report/site/write-site.ts');
      using history = await openHistory(out);
      complainOf(history);
      const site = to ?? siteOf(out);
      const { columns, rows, unreadable } = await writeSite({
        history,
        results: out,
        out: site,
        limit: nights,
        isFull: full === true,
        conclusionOf,
        scenarios,
        declaredOf,
      });
      const runs = columns.reduce((sum, column) => sum + column.runs.length, 0);
      for (const { run, why } of unreadable) process.stderr.write(`not shown: ${run}\n  ${why}\n`);
      const left = unreadable.length > 0 ? `, ${unreadable.length} of which could not be shown` : '';
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      process.stdout.write(
        `${rows.length} cells, ${columns.length} nights and runs by hand, ${runs} pages of runs${left}, in ${seconds} s: ${path.join(site, 'index.html')}\n`,
      );
    });
}

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { execa } from 'execa';
import { declaredOf, scenarios } from '../../scenarios/index.ts';
import { UsageError } from '../core/errors.ts';
import { openHistory } from '../history/history.ts';
import { runPage } from '../report/site/links.ts';
import { asking } from '../core/system-error.ts';
import { findRun } from '../store/read-run.ts';
import { conclusionOf } from './conclusion.ts';
import { resultsOption } from './options.ts';
import { siteOf, usualColumns } from './report-command.ts';
import { complainOf } from './rebuild-command.ts';

/** `lab open [RUN]` */
export function addOpenCommand(lab: Command): void {
  lab
    .command('open')
    .description('write the report anew and open the matrix, or the page of a run, in the browser')
    .argument('[run]', 'a run directory, SCENARIO or SCENARIO/START; the matrix when left out')
    .addOption(resultsOption('where runs are kept'))
    .action(async (run: string | undefined, { out }: { out: string }) => {
      const directory =
        run === undefined
          ? undefined
          : await asking(`looking for ${run}`, async () =>
              path.relative(await realpath(out), await realpath(await findRun(out, run))),
            );
      using history = await openHistory(out);
      complainOf(history);
      const columns = history.nights();
      const place = directory === undefined ? -1 : columns.findIndex(({ runs }) => runs.includes(directory));
      if (directory !== undefined && place === -1) {
        throw new UsageError(
          `The run ${directory} is not in the history of ${out}: pages are made of runs below --out.`,
        );
      }
      const limit = Math.max(usualColumns, place === -1 ? 0 : columns.length - place);
      const site = siteOf(out);
      const { writeSite } = await import('../report/site/write-site.ts');
      await writeSite({ history, results: out, out: site, limit, conclusionOf, scenarios, declaredOf });
      const page = path.resolve(site, directory === undefined ? 'index.html' : runPage(directory));
      process.stdout.write(`${page}\n`);
      await openInBrowser(pathToFileURL(page).href);
    });
}

/** The desktop's own way; on a machine without one the path that was printed has to do. */
async function openInBrowser(url: string): Promise<void> {
  const opener = process.env['BROWSER'] || (process.platform === 'darwin' ? 'open' : 'xdg-open');
  const { failed, code } = await execa(opener, [url], { reject: false, stdio: 'ignore' });
  if (failed)
    process.stderr.write(`${opener} ${code === 'ENOENT' ? 'is not there' : 'did not open it'}: open it by hand\n`);
}

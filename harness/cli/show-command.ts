import type { Command } from 'commander';
import { printableJson } from '../core/printable.ts';
import { reportRun } from '../report/run-report.ts';
import { paintFor } from '../report/style.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { conclusionOf } from './conclusion.ts';
import { defaultResults, filePath } from './options.ts';

/** `lab show [RUN]` */
export function addShowCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('show')
    .description('print a stored run again, from its files alone')
    .argument('[run]', 'a run directory, SCENARIO or SCENARIO/START; the latest run when left out')
    .option('--out <dir>', 'where runs are kept', filePath, defaultResults)
    .option('--json', 'as JSON')
    .action(async (run: string | undefined, options: { out: string; json?: true }) => {
      const stored = await readRun(await findRun(options.out, run));
      if (options.json) process.stdout.write(`${printableJson(stored)}\n`);
      else process.stdout.write(reportRun(stored, paintFor(process.stdout), await conclusionOf(stored)));
      setExitCode(exitCodeOf(stored));
    });
}

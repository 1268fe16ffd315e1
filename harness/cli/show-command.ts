import type { Command } from 'commander';
import { printableJson } from '../core/printable.ts';
import { reportRun } from '../report/run-report.ts';
import { screenOf } from '../report/screen.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { conclusionOf } from './conclusion.ts';
import { mostCpus, positive, resultsOption } from './options.ts';

/** `lab show [RUN]` */
export function addShowCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('show')
    .description('print a stored run again, from its files alone')
    .argument('[run]', 'a run directory, SCENARIO or SCENARIO/START; the latest run when left out')
    .addOption(resultsOption('where runs are kept'))
    .option('--project-cpus <n>', 'what a dying cgroup costs on a host with so many CPUs', positive(mostCpus))
    .option('--json', 'as JSON')
    .action(async (run: string | undefined, options: { out: string; json?: true; projectCpus?: number }) => {
      const stored = await readRun(await findRun(options.out, run));
      if (options.json) process.stdout.write(`${printableJson(stored)}\n`);
      else {
        const conclusion = await conclusionOf(stored, options);
        process.stdout.write(reportRun(stored, screenOf(process.stdout), { conclusion, isVerbose: true }));
      }
      setExitCode(exitCodeOf(stored));
    });
}

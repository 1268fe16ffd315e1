import path from 'node:path';
import type { Command } from 'commander';
import { scenarioOfCell, scenarios } from '../../scenarios/index.ts';
import { UsageError } from '../core/errors.ts';
import { printableJson } from '../core/printable.ts';
import { reportRejudged } from '../report/rejudged-report.ts';
import { paintFor } from '../report/style.ts';
import { provenance } from '../run/provenance.ts';
import { countRejudged, exitCodeOfRejudged, rejudgeRun, type RejudgedRun } from '../run/rejudge.ts';
import { listRuns } from '../store/list-runs.ts';
import { findRun } from '../store/read-run.ts';
import { loadScenarios } from './load-scenarios.ts';
import { filePath, resultsOption } from './options.ts';
import { typedCommand } from '../core/typed-command.ts';

interface Options {
  all?: true;
  write?: true;
  out: string;
  json?: true;
  scenario?: string;
}

/** `lab rejudge [RUN…]` */
export function addRejudgeCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('rejudge')
    .description('judge the stored observations of runs again, without root and without a machine')
    .argument('[run...]', 'run directories, SCENARIO or SCENARIO/START; the latest run when left out')
    .option('--all', 'all stored runs')
    .option('--write', 'store the new judgements beside the old, in rejudged.json of each cell')
    .addOption(resultsOption('where runs are kept'))
    .option('--scenario <file>', 'the module of a scenario outside the lab, which judges its cells', filePath)
    .option('--json', 'as JSON')
    .action(async (wanted: string[], options: Options) => {
      const own = options.scenario === undefined ? [] : await loadScenarios(options.scenario);
      const known = [...own, ...scenarios];
      const directories = await directoriesOf(wanted, options);
      const write = options.write && (await provenance());
      const runs: RejudgedRun[] = [];
      for (const directory of directories)
        runs.push(
          await rejudgeRun(directory, {
            scenarioOf: (run, plan) => scenarioOfCell(run, plan, known),
            ...(write && { write }),
          }),
        );
      process.stdout.write(
        options.json
          ? `${printableJson({ runs, counts: countRejudged(runs) })}\n`
          : reportRejudged(runs, paintFor(process.stdout)),
      );
      setExitCode(exitCodeOfRejudged(runs));
    });
}

/** @throws {UsageError} when there is no such run, or none at all */
async function directoriesOf(wanted: readonly string[], { all, out }: Options): Promise<string[]> {
  if (!all) {
    const found =
      wanted.length === 0 ? [await findRun(out)] : await Promise.all(wanted.map((run) => findRun(out, run)));
    return [...new Set(found)];
  }
  if (wanted.length > 0) throw new UsageError('Either name runs or give --all: --all has no effect beside a run.');
  const runs = await listRuns(out);
  if (runs.length === 0)
    throw new UsageError(`There is no run in ${out} yet: ${typedCommand('scenario', 'netns-restore')} makes one.`);
  return runs.map((run) => path.join(out, run));
}

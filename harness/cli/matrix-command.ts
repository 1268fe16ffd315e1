import { appendFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LabError, messageOf, UsageError } from '../core/errors.ts';
import { bucketAddressOf } from '../fleet/handover/bucket.ts';
import { readPast } from '../night/past.ts';
import { nightParts } from '../night/plan.ts';
import { profiles, type NightRecord, type Profile } from '../store/night-record.ts';
import { runNight, runsOf } from '../night/run-night.ts';
import { summaryOf } from '../report/night-summary.ts';
import { openProgressView } from '../report/progress.ts';
import { showSeconds } from '../report/style.ts';
import { tapOf } from '../report/tap.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { engineOf, type FleetOptions } from './fleet-engine.ts';
import { fleetOption, hostPort } from './fleet-option.ts';
import type { StoredRun } from '../store/read-run.ts';
import { writeStored } from '../store/write-stored.ts';
import { asking } from '../core/system-error.ts';
import { wholeNumber } from '../core/whole-number.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { gatherWords, jobsOption, positive, requireEffect, resultsOption } from './options.ts';

interface Options extends FleetOptions {
  profile: Profile;
  shard?: { index: number; of: number };
  only: string[];
  not: string[];
  jobs?: number;
  resume?: true;
  list?: true;
  out: string;
}

/** `npm run matrix …` */
export function addMatrixCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('matrix')
    .description('run the regression matrix: all scenarios over what this host can run')
    .addOption(new Option('--profile <name>', 'how much of it').choices(profiles).default('quick'))
    .option('--shard <I/N>', 'only the cells of the I-th of N hosts', shardOf)
    .option('--only <k=v,…>', 'only cells with these levels; scenario and machine are factors, too', gatherWords, [])
    .option('--not <k=v,…>', 'no cells with these levels', gatherWords, [])
    .addOption(jobsOption('cells side by side; by default what cores and memory allow'))
    .option('--resume', 'go on with the last night of these settings, if it was interrupted')
    .option('--list', 'list the parts of the profile, and run none')
    .addOption(fleetOption())
    .option(
      '--results <host:port>',
      'the address of this host at which workers of the fleet hand over results',
      hostPort,
    )
    .option('--bucket <url>', 'S3-compatible bucket that results go through: https://HOST/BUCKET', bucketAddressOf)
    .option('--page <port>', 'show the fleet on a page of this host alone: http://127.0.0.1:PORT', positive(65_535))
    .addOption(resultsOption('where runs and nights are kept'))
    .action(async (options: Options, command: Command) => {
      if (options.list) requireEffect(command, '--list', ['list', 'profile']);
      if (options.fleet === undefined && (options.results ?? options.bucket ?? options.page) !== undefined)
        throw new UsageError('--results, --bucket and --page have no effect without --fleet: leave them out.');
      if (options.fleet !== undefined && command.getOptionValueSource('jobs') === 'cli')
        throw new UsageError('--jobs has no effect with --fleet: each worker has its own. Leave it out.');
      // A default of this host, where its workers have their own.
      if (options.fleet !== undefined) delete options.jobs;
      setExitCode(options.list ? list(options) : await run(options));
    });
}

function list({ profile }: Options): number {
  for (const part of nightParts.filter((one) => profiles.indexOf(one.profile) <= profiles.indexOf(profile))) {
    process.stdout.write(
      `${part.name}\n  ${part.profile}, ${part.scenario} on ${part.machine}, some ${showSeconds(part.seconds)}\n`,
    );
  }
  return exitCodes.asExpected;
}

async function run(options: Options): Promise<number> {
  using interrupt = onInterrupt();
  try {
    return await runWatched(options, interrupt);
  } catch (error) {
    if (interrupt.exitCode === undefined) throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return interrupt.exitCode;
  }
}

async function runWatched(options: Options, interrupt: Interrupt): Promise<number> {
  const begin = performance.now();
  using view = openProgressView(process.stdout);
  await using dispatcher = await engineOf(options, (line) => view.say(line));
  const { directory, night } = await runNight({
    ...options,
    resume: options.resume ?? false,
    signal: AbortSignal.any([interrupt.signal, dispatcher.cancelled]),
    view,
    dispatcher,
    past: await readPast(options.out),
  });
  view[Symbol.dispose]();
  const runs = await runsOf(options.out, night);
  const summary = summaryOf(night, runs);
  const { junitOf } = await import('../report/junit.ts');
  writeStored(directory, 'junit.xml', junitOf(runs));
  writeStored(directory, 'results.tap', tapOf(runs));
  writeStored(directory, 'summary.md', summary);
  await appendToStepSummary(summary);
  process.stdout.write(`${summary}\n${showSeconds((performance.now() - begin) / 1000)} · ${directory}\n`);
  return interrupt.exitCode ?? exitCodeOfNight(night, runs);
}

/** A file that GitHub's runners name: what is appended is shown on the page of the workflow's run. The night counts without it. */
async function appendToStepSummary(summary: string): Promise<void> {
  const page = process.env['GITHUB_STEP_SUMMARY'];
  if (!page) return;
  try {
    await asking('appending to $GITHUB_STEP_SUMMARY', () => appendFile(page, summary));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}

/** The worst of its runs, where this host could run any; a night whose controls are wrong is unexpected, even if all its runs are as expected. */
function exitCodeOfNight({ valid, leftOut }: NightRecord, runs: readonly StoredRun[]): number {
  if (runs.length === 0) return leftOut.length > 0 ? exitCodes.couldNotRun : exitCodes.asExpected;
  const codes = new Set(runs.map((one) => exitCodeOf(one)));
  if (valid === false) return exitCodes.unexpected;
  for (const code of [exitCodes.unexpected, exitCodes.inconclusive, exitCodes.couldNotRun])
    if (codes.has(code)) return code;
  return exitCodes.asExpected;
}

/** More hosts than a night has cells. */
const mostShards = 10_000;

function shardOf(text: string): { index: number; of: number } {
  const [first = '', second = '', ...rest] = text.split('/');
  const of = wholeNumber(second, { least: 1, most: mostShards });
  const index = of === undefined ? undefined : wholeNumber(first, { least: 1, most: of });
  if (index === undefined || of === undefined || rest.length > 0)
    throw new InvalidArgumentError('It has to be I/N with 1 ≤ I ≤ N, e.g. 2/4.');
  return { index, of };
}

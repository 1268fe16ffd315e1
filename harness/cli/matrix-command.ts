import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readPast } from '../matrix/night/past.ts';
import { nightParts } from '../matrix/night/plan.ts';
import { profiles, type NightRecord, type Profile } from '../matrix/night/record.ts';
import { runNight, runsOf } from '../matrix/night/run-night.ts';
import { junitOf } from '../report/junit.ts';
import { summaryOf } from '../report/night-summary.ts';
import { openProgressView } from '../report/progress.ts';
import { showSeconds } from '../report/style.ts';
import { tapOf } from '../report/tap.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import type { StoredRun } from '../store/read-run.ts';
import { onInterrupt } from './interrupt.ts';
import { defaultResults, gather, positive } from './options.ts';

interface Options {
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
export function matrixCommand(setExitCode: (code: number) => void): Command {
  return new Command('matrix')
    .description('run the regression matrix: all scenarios over what this host can run')
    .addOption(new Option('--profile <name>', 'how much of it').choices(profiles).default('quick'))
    .option('--shard <I/N>', 'only the cells of the I-th of N hosts', shardOf)
    .option('--only <k=v,…>', 'only cells with these levels; scenario and machine are factors, too', gather, [])
    .option('--not <k=v,…>', 'no cells with these levels', gather, [])
    .option('--jobs <n>', 'cells side by side; by default what cores and memory allow', positive)
    .option('--resume', 'go on with the last night of these settings, if it was interrupted')
    .option('--list', 'list the parts of the profile, and run none')
    .option('--out <dir>', 'where runs and nights are kept', defaultResults)
    .action(async (options: Options) => setExitCode(options.list ? list(options) : await run(options)));
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
  const begin = performance.now();
  using view = openProgressView(process.stdout);
  const { directory, night } = await runNight({
    ...options,
    resume: options.resume ?? false,
    signal: interrupt.signal,
    view,
    past: await readPast(options.out),
  });
  view[Symbol.dispose]();
  const runs = await runsOf(options.out, night);
  const summary = summaryOf(night, runs);
  await writeFile(path.join(directory, 'junit.xml'), junitOf(runs));
  await writeFile(path.join(directory, 'results.tap'), tapOf(runs));
  await writeFile(path.join(directory, 'summary.md'), summary);
  // Set by GitHub's runners: what is appended is shown on the page of the workflow's run.
  const page = process.env['GITHUB_STEP_SUMMARY'];
  if (page) await appendFile(page, summary);
  process.stdout.write(`${summary}\n${showSeconds((performance.now() - begin) / 1000)} · ${directory}\n`);
  return interrupt.exitCode ?? exitCodeOfNight(night, runs);
}

/** The worst of its runs; a night whose controls are wrong is unexpected, whatever they say. */
function exitCodeOfNight({ valid }: NightRecord, runs: readonly StoredRun[]): number {
  const codes = new Set(runs.map((one) => exitCodeOf(one)));
  if (valid === false) return exitCodes.unexpected;
  for (const code of [exitCodes.unexpected, exitCodes.inconclusive, exitCodes.couldNotRun])
    if (codes.has(code)) return code;
  return exitCodes.asExpected;
}

function shardOf(text: string): { index: number; of: number } {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > of) throw new InvalidArgumentError('It has to be I/N with 1 ≤ I ≤ N, e.g. 2/4.');
  return { index, of };
}

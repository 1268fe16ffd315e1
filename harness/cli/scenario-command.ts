import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { durationSeconds } from '../core/duration.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { machineKinds } from '../machines/registry.ts';
import { cellName, parseSelection, type Cell, type Factor } from '../core/cell.ts';
import { named } from '../core/did-you-mean.ts';
import { printableJson } from '../core/printable.ts';
import { typedCommand } from '../core/typed-command.ts';
import type { Judgement } from '../judge/judgement.ts';
import { summaryWords } from '../report/value-words.ts';
import { openProgressView } from '../report/progress.ts';
import type { ProgressView } from '../run/progress-view.ts';
import { reportRun } from '../report/run-report.ts';
import { screenOf } from '../report/screen.ts';
import { sideBySide } from '../report/side-by-side.ts';
import type { Scenario } from '../run/scenario.ts';
import { parseSizes } from '../run/sizes.ts';
import { inProcess } from '../run/in-process.ts';
import { needsOf, startScenario } from '../run/start-scenario.ts';
import { bisectCodeOf, bisectCodes, exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { abandoned } from './abandoned.ts';
import { conclusionOf } from './conclusion.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { loadScenarios } from './load-scenarios.ts';
import {
  filePath,
  gather,
  gatherWords,
  jobsOption,
  mostCpus,
  positive,
  requireEffect,
  resultsOption,
} from './options.ts';
import { tellError } from './tell-error.ts';

interface Options {
  list?: true;
  scenario?: string;
  only: string[];
  not: string[];
  daemon: string[];
  kernel: string[];
  all?: true;
  machine?: string;
  jobs?: number;
  repeat: number;
  size: string[];
  for?: string;
  projectCpus?: number;
  resume?: string;
  json?: true;
  verbose?: true;
  out: string;
  bisect?: true;
  keep?: true;
}

/** `npm run scenario -- NAME …` */
export function addScenarioCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('scenario')
    .description('run a scenario: a claim about a bug or a fix, tried on real daemons')
    .argument('[name]', 'name of the scenario; see --list')
    .option('--list', 'list the scenarios and their factors')
    .option(
      '--scenario <file>',
      'a module outside the lab whose default export is a scenario, or a list of them',
      filePath,
    )
    .option('--only <k=v,…>', 'only cells with these levels', gatherWords, [])
    .option('--not <k=v,…>', 'no cells with these levels', gatherWords, [])
    .option('--daemon <which>', 'a known build, a directory or a .tgz of binaries; may be repeated', gather, [])
    .option(
      '--kernel <which>',
      'a known kernel, VMLINUZ[,MODULES], or packages (.rpm or .deb, divided by commas); may be repeated',
      gather,
      [],
    )
    .option('--all', 'every cell of every daemon, where only one has all of them by default')
    .option('--machine <kind>', "where the cells run; by default the scenario's own kind")
    .addOption(jobsOption('cells side by side; by default what cores and memory allow'))
    .option('--repeat <n>', 'attempts per cell; each attempt is kept', positive(mostRepeats), 1)
    .option(
      '--size <k=n,…>',
      'a smaller protocol: fewer containers, fewer calls; see --list for the sizes of a scenario',
      gatherWords,
      [],
    )
    .option('--for <time>', 'how long a soak lasts: 90s, 10m, 2h')
    .option('--resume <run>', 'go on with the cells of an interrupted soak; their samples come first', filePath)
    .option(
      '--project-cpus <n>',
      'kmem-slab: what a dying cgroup costs on a host with so many CPUs',
      positive(mostCpus),
    )
    .option('--json', 'print the stored run as JSON')
    .option('--verbose', 'all figures of each cell, as `lab show` prints them')
    .addOption(resultsOption('where runs are kept'))
    .option('--bisect', 'exit 0 when the bug is absent, 1 when present, 125 when that cannot be decided')
    .option('--keep', 'keep the cells alive for a look into them, until Ctrl-C')
    .action(async (name: string | undefined, options: Options, command: Command) => {
      if (options.list) {
        if (name !== undefined) throw new UsageError(`${name} has no effect with --list: leave it out.`);
        requireEffect(command, '--list', ['list', 'scenario']);
        return setExitCode(listScenarios(await knownScenarios(options.scenario)));
      }
      setExitCode(options.bisect ? await orCannotTell(runNamed(name, options)) : await runNamed(name, options));
    });
}

/** More tries of a cell than a statistic needs; each has a directory. */
const mostRepeats = 1000;

/**
 * `git bisect run` takes 64 and 3 for the bug: what could not be tried is skipped. What is wrong with the command line alone is wrong for
 * every build and stays an error of it.
 */
async function orCannotTell(run: Promise<number>): Promise<number> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof CommandLineError) throw error;
    tellError(error);
    return bisectCodes.couldNotTell;
  }
}

/** Errors of the command line itself, independent of what is available. */
class CommandLineError extends UsageError {}

/** Those of a module come first. */
async function knownScenarios(module: string | undefined): Promise<readonly Scenario[]> {
  return module === undefined ? scenarios : [...(await loadScenarios(module)), ...scenarios];
}

function listScenarios(known: readonly Scenario[]): number {
  for (const { name, claim, factors, sizes = {} } of known) {
    process.stdout.write(`${name}\n  ${claim}\n`);
    for (const { name: factor, levels, defaults } of factors) {
      const shown = levels.map((level) => (defaults && !defaults.includes(level) ? `(${level})` : level));
      process.stdout.write(`  ${factor}: ${shown.join(', ')}\n`);
    }
    const amounts = Object.entries(sizes).map(([what, { usual, least }]) => `${what}=${usual} (from ${least} on)`);
    if (amounts.length > 0) process.stdout.write(`  --size ${amounts.join(', ')}\n`);
  }
  process.stdout.write(
    'Every scenario has the factor daemon too. Levels in parentheses are tried when --only names them.\n',
  );
  return exitCodes.asExpected;
}

async function runNamed(name: string | undefined, options: Options): Promise<number> {
  const own = options.scenario === undefined ? [] : await loadScenarios(options.scenario);
  const { scenario, kind, sizes } = readCommandLine(name, options, own);
  const resumed = options.resume === undefined ? undefined : await findRun(options.out, options.resume);
  await using dispatcher = inProcess();
  const unmet = await dispatcher.prepare(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return options.bisect ? bisectCodes.couldNotTell : exitCodes.couldNotRun;
  }
  using interrupt = onInterrupt();
  let directory: string | undefined;
  try {
    const stream = options.json ? process.stderr : process.stdout;
    const screen = screenOf(stream);
    using view = openProgressView(stream);
    directory = await startScenario(scenario, kind, {
      ...options,
      ...(Object.keys(sizes).length > 0 && { sizes }),
      ...(options.scenario !== undefined && { module: options.scenario }),
      ...(resumed !== undefined && { resume: resumed }),
      signal: interrupt.signal,
      view,
      dispatcher,
      tellPair: (pair) => view.say(`\n${sideBySide(pair, screen)}\n`),
      ...(options.keep && { hold: (...held) => hold(view, interrupt, ...held) }),
    });
  } catch (error) {
    if (interrupt.exitCode === undefined) throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return interrupt.exitCode;
  }
  const stored = await readRun(directory ?? (await findRun(options.out, scenario.name)));
  if (options.json) process.stdout.write(`${printableJson(stored)}\n`);
  else {
    const conclusion = await conclusionOf(stored, options, [...own, ...scenarios]);
    process.stdout.write(
      reportRun(stored, screenOf(process.stdout), { conclusion, isVerbose: options.verbose === true }),
    );
  }
  return interrupt.exitCode ?? (options.bisect ? bisectCodeOf(stored) : exitCodeOf(stored));
}

/** Reports errors of the command line before anything is looked for or downloaded. @throws {CommandLineError} */
function readCommandLine(name: string | undefined, options: Options, own: readonly Scenario[]) {
  try {
    const [only, ...others] = own;
    if (only && others.length > 0 && name === undefined)
      throw new UsageError(`Which scenario of ${options.scenario}? ${own.map((one) => one.name).join(', ')}.`);
    const wanted = name ?? only?.name;
    if (wanted === undefined) throw new UsageError(`Which scenario? See ${typedCommand('scenario', '--list')}.`);
    const scenario = named('scenario', wanted, own.length > 0 ? own : scenarios);
    const kind = named('machine', options.machine ?? scenario.machine ?? 'local', machineKinds);
    const needs = needsOf(scenario, kind);
    for (const need of ['daemon', 'kernel'] as const) {
      if (options[need].length === 0 || needs.includes(need)) continue;
      const what = need === 'kernel' ? 'boots the kernel of this host' : 'has no daemon';
      throw new UsageError(
        `--${need} has no effect: ${scenario.name} on the machine ${kind.name} ${what}. Leave it out.`,
      );
    }
    const unknownYet: Factor[] = [
      ...needs.map((need) => ({ name: need, levels: [], open: true })),
      ...scenario.factors,
    ];
    parseSelection([...options.only, ...options.not], unknownYet);
    return { scenario, kind, sizes: { ...parseSizes(options.size, scenario), ...lastingFor(scenario, options) } };
  } catch (error) {
    throw error instanceof UsageError ? new CommandLineError(error.message) : error;
  }
}

/** The size that `--for` sets. @throws {UsageError} for a scenario whose time is its own */
function lastingFor({ name, lasts, sizes = {} }: Scenario, options: Options): Record<string, number> {
  const given = (['for', 'resume'] as const).find((option) => options[option] !== undefined);
  if (lasts === undefined) {
    if (given !== undefined)
      throw new UsageError(`--${given} has no effect: ${name} ends when its work is done. Leave it out.`);
    return {};
  }
  if (options.for === undefined) return {};
  if (options.size.some((word) => word.startsWith(`${lasts}=`))) {
    throw new UsageError(`Give --for or --size ${lasts}=…, and not both.`);
  }
  const seconds = durationSeconds(options.for);
  const least = sizes[lasts]?.least ?? 1;
  if (seconds !== undefined && seconds >= least) return { [lasts]: seconds };
  throw new UsageError(`--for requires a time of at least ${least}s, e.g. 90s, 10m or 2h, and got '${options.for}'.`);
}

async function hold(
  view: ProgressView,
  interrupt: Interrupt,
  cell: Cell,
  enterCommand: string,
  { observed }: Judgement,
): Promise<void> {
  view.say(
    `${cellName(cell)}\n  observed: ${summaryWords(observed)}\n  kept until Ctrl-C, for as long as the shell lives and 8 hours at most; enter it with\n  ${enterCommand}`,
  );
  view.cellDoes(cellName(cell), { activity: 'kept' });
  const released = new AbortController();
  await Promise.race([interrupt.nextSignal(), abandoned(released.signal)]);
  released.abort();
}

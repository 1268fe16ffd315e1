import { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { machineKinds, unmetRequirements } from '../machines/registry.ts';
import { cellName, parseSelection, type Cell, type Factor } from '../core/cell.ts';
import { named } from '../core/did-you-mean.ts';
import { printableJson } from '../core/printable.ts';
import { openProgressView } from '../report/progress.ts';
import type { ProgressView } from '../run/progress-view.ts';
import { reportRun } from '../report/run-report.ts';
import { paintFor } from '../report/style.ts';
import { parseSizes } from '../run/sizes.ts';
import { needsOf, startScenario } from '../run/start-scenario.ts';
import { bisectCodeOf, bisectCodes, exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { findRun, readRun } from '../store/read-run.ts';
import { abandoned } from './abandoned.ts';
import { conclusionOf } from './conclusion.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { defaultResults, filePath, gather, gatherWords, mostJobs, positive, requireEffect } from './options.ts';
import { tellError } from './tell-error.ts';

interface Options {
  list?: true;
  only: string[];
  not: string[];
  daemon: string[];
  kernel: string[];
  machine?: string;
  jobs?: number;
  repeat: number;
  size: string[];
  json?: true;
  out: string;
  bisect?: true;
  keep?: true;
}

/** `npm run scenario -- NAME …` */
export function scenarioCommand(setExitCode: (code: number) => void): Command {
  return new Command('scenario')
    .description('run a scenario: a claim about a bug or a fix, tried on real daemons')
    .argument('[name]', 'name of the scenario; see --list')
    .option('--list', 'list the scenarios and their factors')
    .option('--only <k=v,…>', 'only cells with these levels', gatherWords, [])
    .option('--not <k=v,…>', 'no cells with these levels', gatherWords, [])
    .option('--daemon <which>', 'a known build, a directory or a .tgz of binaries; may be repeated', gather, [])
    .option('--kernel <which>', 'a known kernel, VMLINUZ[,MODULES], a .rpm or a .deb; may be repeated', gather, [])
    .option('--machine <kind>', "where the cells run; by default the scenario's own kind")
    .option('--jobs <n>', 'cells side by side; by default what cores and memory allow', positive(mostJobs))
    .option('--repeat <n>', 'attempts per cell; each attempt is kept', positive(mostRepeats), 1)
    .option(
      '--size <k=n,…>',
      'a smaller protocol: fewer containers, fewer calls; see --list for the sizes of a scenario',
      gatherWords,
      [],
    )
    .option('--json', 'print the stored run as JSON')
    .option('--out <dir>', 'where runs are kept', filePath, defaultResults)
    .option('--bisect', 'exit 0 when the bug is absent, 1 when present, 125 when that cannot be decided')
    .option('--keep', 'keep the cells alive for a look into them, until Ctrl-C')
    .action(async (name: string | undefined, options: Options, command: Command) => {
      if (options.list) {
        if (name !== undefined) throw new UsageError(`${name} has no effect with --list: leave it out.`);
        requireEffect(command, '--list', ['list']);
        return setExitCode(listScenarios());
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

function listScenarios(): number {
  for (const { name, claim, factors, sizes = {} } of scenarios) {
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
  const { scenario, kind, sizes } = readCommandLine(name, options);
  const unmet = await unmetRequirements(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return options.bisect ? bisectCodes.couldNotTell : exitCodes.couldNotRun;
  }
  await kind.sweep();
  using interrupt = onInterrupt();
  let directory: string | undefined;
  try {
    using view = openProgressView(options.json ? process.stderr : process.stdout);
    directory = await startScenario(scenario, kind, {
      ...options,
      ...(options.size.length > 0 && { sizes }),
      signal: interrupt.signal,
      view,
      ...(options.keep && { hold: (...held) => hold(view, interrupt, ...held) }),
    });
  } catch (error) {
    if (interrupt.exitCode === undefined) throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return interrupt.exitCode;
  } finally {
    await kind.release?.();
  }
  const stored = await readRun(directory ?? (await findRun(options.out, name)));
  if (options.json) process.stdout.write(`${printableJson(stored)}\n`);
  else process.stdout.write(reportRun(stored, paintFor(process.stdout), await conclusionOf(stored)));
  return interrupt.exitCode ?? (options.bisect ? bisectCodeOf(stored) : exitCodeOf(stored));
}

/** Reports errors of the command line before anything is looked for or downloaded. @throws {CommandLineError} */
function readCommandLine(name: string | undefined, options: Options) {
  try {
    if (name === undefined) throw new UsageError('Which scenario? See npm run scenario -- --list.');
    const scenario = named('scenario', name, scenarios);
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
    return { scenario, kind, sizes: parseSizes(options.size, scenario) };
  } catch (error) {
    throw error instanceof UsageError ? new CommandLineError(error.message) : error;
  }
}

async function hold(
  view: ProgressView,
  interrupt: Interrupt,
  cell: Cell,
  enterCommand: string,
  observed: string,
): Promise<void> {
  view.say(
    `${cellName(cell)}\n  observed: ${observed}\n  kept until Ctrl-C, for as long as the shell lives and 8 hours at most; enter it with\n  ${enterCommand}`,
  );
  view.cellDoes(cellName(cell), 'kept until Ctrl-C');
  const released = new AbortController();
  await Promise.race([interrupt.nextSignal(), abandoned(released.signal)]);
  released.abort();
}

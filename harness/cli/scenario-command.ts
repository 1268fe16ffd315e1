import { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { cacheDirectory } from '../../vms/cache.ts';
import { defaultKernels, usualKernel } from '../../vms/kernels.ts';
import { defaultDaemons } from '../../vms/obtain/known-builds.ts';
import { UsageError } from '../errors.ts';
import { machineKinds, unmetRequirements, type MachineKind } from '../machines/kinds.ts';
import { cellName, cellsOf, levelOf, parseSelection, type Cell, type Factor } from '../matrix/cell.ts';
import { named } from '../matrix/did-you-mean.ts';
import { openProgressView, type ProgressView } from '../report/progress.ts';
import { reportRun } from '../report/run-report.ts';
import { paintFor } from '../report/style.ts';
import { companions, daemonLevels } from '../run/daemon-levels.ts';
import { kernelLevels } from '../run/kernel-levels.ts';
import { openSource } from '../run/source.ts';
import { bisectCodeOf, exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { runScenario } from '../run/run-scenario.ts';
import type { ControlCell, Need, Scenario } from '../scenario.ts';
import { readRun } from '../store/read-run.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { abandoned } from './abandoned.ts';
import { conclusionOf } from './conclusion.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { defaultResults, gather, positive } from './options.ts';

interface Options {
  list?: true;
  only: string[];
  not: string[];
  daemon: string[];
  kernel: string[];
  machine?: string;
  jobs?: number;
  repeat: number;
  json?: true;
  out: string;
  bisect?: true;
  keep?: true;
}

/** `npm run scenario -- NAME …` */
export function scenarioCommand(setExitCode: (code: number) => void): Command {
  return new Command('scenario')
    .description('run a scenario: a claim about a bug or a fix, tried on real daemons')
    .argument('[name]', 'which scenario; --list tells them')
    .option('--list', 'list the scenarios and their factors')
    .option('--only <k=v,…>', 'only cells with these levels', gather, [])
    .option('--not <k=v,…>', 'no cells with these levels', gather, [])
    .option('--daemon <which>', 'a known build, a directory or a .tgz of binaries; may be repeated', gather, [])
    .option('--kernel <which>', 'a known kernel, VMLINUZ[,MODULES], a .rpm or a .deb; may be repeated', gather, [])
    .option('--machine <kind>', "where the cells run; by default the scenario's own kind")
    .option('--jobs <n>', 'cells side by side; by default what cores and memory allow', positive)
    .option('--repeat <n>', 'try every cell so often; each try is kept', positive, 1)
    .option('--json', 'print the stored run as JSON')
    .option('--out <dir>', 'where runs are kept', defaultResults)
    .option('--bisect', 'exit 0 when the bug is absent, 1 when present, 125 when that can not be told')
    .option('--keep', 'keep the cells alive for a look into them, until Ctrl-C')
    .action(async (name: string | undefined, options: Options) => {
      setExitCode(options.list ? listScenarios() : await runNamed(name, options));
    });
}

function listScenarios(): number {
  for (const { name, claim, factors } of scenarios) {
    process.stdout.write(`${name}\n  ${claim}\n`);
    for (const { name: factor, levels, defaults } of factors) {
      const shown = levels.map((level) => (defaults && !defaults.includes(level) ? `(${level})` : level));
      process.stdout.write(`  ${factor}: ${shown.join(', ')}\n`);
    }
  }
  process.stdout.write(
    'Every scenario has the factor daemon too. Levels in parentheses are tried when --only names them.\n',
  );
  return exitCodes.asExpected;
}

async function runNamed(name: string | undefined, options: Options): Promise<number> {
  if (name === undefined) throw new UsageError('Which scenario? npm run scenario -- --list tells them.');
  const scenario = named('scenario', name, scenarios);
  const kind = named('machine', options.machine ?? scenario.machine ?? 'local', machineKinds);
  // What the command line gets wrong is said before anything is looked for or obtained.
  const unknownYet: Factor[] = [
    ...needsOf(scenario, kind).map((need) => ({ name: need, levels: [], open: true })),
    ...scenario.factors,
  ];
  parseSelection([...options.only, ...options.not], unknownYet);
  const unmet = await unmetRequirements(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return options.bisect ? 125 : exitCodes.couldNotRun;
  }
  await kind.sweep();
  using interrupt = onInterrupt();
  let directory: string;
  try {
    directory = await runWatched(scenario, kind, options, interrupt);
  } finally {
    await kind.release?.();
  }
  const stored = await readRun(directory);
  if (options.json) process.stdout.write(`${JSON.stringify(stored, null, 2)}\n`);
  else process.stdout.write(reportRun(stored, paintFor(process.stdout), await conclusionOf(stored)));
  return interrupt.exitCode ?? (options.bisect ? bisectCodeOf(stored) : exitCodeOf(stored));
}

/** Runs the selected cells with a view of what is going on, and returns the run's directory. */
async function runWatched(
  scenario: Scenario,
  kind: MachineKind,
  options: Options,
  interrupt: Interrupt,
): Promise<string> {
  const { signal } = interrupt;
  using view = openProgressView(options.json ? process.stderr : process.stdout);
  const cache = cacheDirectory();
  const source = openSource(cache, signal, view);
  const needs = needsOf(scenario, kind);
  const specs = options.daemon.length > 0 ? options.daemon : await defaultsOf(scenario, cache);
  const levels = needs.includes('daemon') ? await daemonLevels(specs, source) : [];
  const kernels = needs.includes('kernel')
    ? await kernelLevels(options.kernel.length > 0 ? options.kernel : defaultKernelsOf(scenario), source)
    : [];
  const supplied = { daemon: levels, kernel: kernels };
  const factors: Factor[] = [
    ...needs.map((name) => ({ name, levels: supplied[name].map((level) => level.name) })),
    ...scenario.factors,
  ];
  const cells = cellsOf(factors, parseSelection(options.only, factors), parseSelection(options.not, factors));
  const controls = controlsOf(scenario, levels, kernels[0]);
  const others = new Set(controls.map(({ cell }) => levelOf(cell, 'daemon')));
  for (const { name } of levels) others.delete(name);
  levels.push(...(await daemonLevels([...others], source)));
  const jobs = options.jobs ?? kind.jobs(scenario.budget.memoryBytes);
  const tries = (cells.length + controls.length) * options.repeat;
  if (options.keep && tries > jobs) {
    throw new UsageError(
      `--keep holds every cell alive at once, and ${jobs} fit here: select fewer than these ${tries}.`,
    );
  }
  view.expect(tries);
  const host = await kind.describe();
  const directory = await createRunDirectory(options.out, scenario.name, new Date());
  await runScenario({
    scenario,
    cells,
    controls,
    builds: new Map(
      levels
        .filter(isIn([...cells, ...controls.map(({ cell }) => cell)], 'daemon'))
        .map((level) => [level.name, level.obtain()]),
    ),
    kernels: new Map(
      kernels
        .filter(isIn([...cells, ...controls.map(({ cell }) => cell)], 'kernel'))
        .map((level) => [level.name, level.obtain()]),
    ),
    companion: companions(source),
    kind,
    host,
    directory,
    jobs,
    repeat: options.repeat,
    notes:
      !needs.includes('daemon') || options.daemon.length > 0 || specs.includes('1.13.1') ? [] : [withoutTheRealOne],
    commandLine: ['npm', 'run', ...process.argv.slice(2)],
    observer: view,
    hold: options.keep ? (...held) => hold(view, interrupt, ...held) : async () => {},
    signal,
  });
  return directory.path;
}

/** Where machines boot, a control boots what the first cells of the run do. */
function controlsOf(
  scenario: Scenario,
  levels: readonly { name: string }[],
  kernel: { name: string } | undefined,
): ControlCell[] {
  const controls = scenario.controls?.(levels.map(({ name }) => name)) ?? [];
  return controls.map((control) => ({
    ...control,
    cell: { ...control.cell, ...(kernel && { kernel: kernel.name }) },
  }));
}

async function defaultsOf(scenario: Scenario, cache: string): Promise<readonly string[]> {
  if (scenario.defaults?.daemon) return scenario.defaults.daemon;
  const specs = await defaultDaemons(cache);
  return scenario.standIn && !specs.includes('1.13.1') ? ['replica', ...specs] : specs;
}

const withoutTheRealOne =
  'docker 1.13.1, from which the reports came, is not in the cache: bring it with --daemon DIR or --daemon FILE.tgz, ' +
  'or try --daemon 1.13.1, which downloads it.';

function isIn(cells: Cell[], need: Need): (level: { name: string }) => boolean {
  return ({ name }) => cells.some((cell) => cell[need] === name);
}

/** What a scenario's cells need, a daemon unless it says otherwise; and a kernel where machines boot. */
function needsOf({ needs = ['daemon'] }: Scenario, { boots }: MachineKind): readonly Need[] {
  return boots && !needs.includes('kernel') ? [...needs, 'kernel'] : needs;
}

/** One is enough for a scenario that is not about kernels. */
function defaultKernelsOf({ needs = [], defaults }: Scenario): readonly string[] {
  if (defaults?.kernel) return defaults.kernel;
  return needs.includes('kernel') ? defaultKernels : [usualKernel];
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

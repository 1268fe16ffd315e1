import path from 'node:path';
import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { NotApplicableError, UsageError } from '../core/errors.ts';
import { machineKinds } from '../machines/registry.ts';
import { cellName, controlOf, neededLevel } from '../core/cell.ts';
import { named } from '../core/did-you-mean.ts';
import { reduce, verdictOf, type ReductionStep } from '../reduce/reduce.ts';
import type { Experiment } from '../reduce/simplifiers.ts';
import { openProgressView } from '../report/progress.ts';
import { exitCodes } from '../run/exit-code.ts';
import { inProcess } from '../run/in-process.ts';
import { startScenario } from '../run/start-scenario.ts';
import type { Scenario } from '../run/scenario.ts';
import { shellCommand } from '../core/shell-command.ts';
import { makeStored, writeStored } from '../store/write-stored.ts';
import { findRun, readRun, type StoredCell } from '../store/read-run.ts';
import { cellCommand } from '../report/cell-command.ts';
import { summaryWords } from '../report/value-words.ts';
import { reproducerOf } from '../upstream/reproducer.ts';
import { onInterrupt } from './interrupt.ts';
import { positive, resultsOption } from './options.ts';

interface Options {
  cell?: string;
  machine?: string;
  confirm: number;
  out: string;
}

/** `lab reduce RUN` */
export function addReduceCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('reduce')
    .description('make a cell of a stored run smaller, step by step, for as long as its verdict stays the same')
    .argument('[run]', 'a run directory, SCENARIO or SCENARIO/START; the latest run when left out')
    .option('--cell <name>', 'the cell; by default the first that has the bug')
    .option('--machine <kind>', "where it is tried; by default the run's own")
    .option('--confirm <n>', 'how often each step has to give that verdict', positive(100), 2)
    .addOption(resultsOption('where runs are kept'))
    .action(async (run: string | undefined, options: Options) => setExitCode(await reduceRun(run, options)));
}

async function reduceRun(wanted: string | undefined, options: Options): Promise<number> {
  const stored = await readRun(await findRun(options.out, wanted));
  const scenario = named('scenario', stored.run.scenario, scenarios);
  const begin = cellOf(stored.cells, options.cell);
  const kind = named('machine', options.machine ?? stored.run.machine.kind, machineKinds);
  await using dispatcher = inProcess();
  const unmet = await dispatcher.prepare(kind);
  if (unmet !== undefined) {
    process.stderr.write(`${unmet}\n`);
    return exitCodes.couldNotRun;
  }
  using interrupt = onInterrupt();
  makeStored(stored.directory, 'reduced');
  const tries = path.join(stored.directory, 'reduced');
  using view = openProgressView(process.stdout);
  const attempt = async (experiment: Experiment) => {
    interrupt.signal.throwIfAborted();
    const directory = await startScenario(scenario, kind, {
      withoutControls: true,
      ...selectionOf(experiment, scenario),
      sizes: experiment.sizes,
      repeat: 1,
      out: tries,
      signal: interrupt.signal,
      view,
      dispatcher,
    });
    interrupt.signal.throwIfAborted();
    const cell = directory === undefined ? undefined : (await readRun(directory)).cells[0];
    return verdictOf(cell ?? {});
  };
  const first: Experiment = { cell: begin.plan.cell, sizes: begin.plan.sizes ?? {} };
  const room = { factors: scenario.factors, sizes: scenario.sizes ?? {} };
  try {
    const { experiment, steps } = await reduce(first, verdictOf(begin), room, options.confirm, attempt, (step) =>
      view.say(lineOf(step)),
    );
    view[Symbol.dispose]();
    await tell(scenario, begin, experiment, steps, stored.directory);
    return exitCodes.asExpected;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return interrupt.exitCode ?? exitCodes.couldNotRun;
  }
}

/** @throws {NotApplicableError} for a cell whose verdict says nothing that could stay the same */
function cellOf(cells: readonly StoredCell[], name: string | undefined): StoredCell {
  const own = cells.filter(({ plan }) => controlOf(plan.cell) === undefined);
  if (name !== undefined)
    named(
      'cell',
      name,
      own.map(({ plan }) => plan),
    );
  const found = own.find((cell) => (name === undefined ? verdictOf(cell) === 'present' : cell.plan.name === name));
  if (!found) throw new UsageError('No cell of this run has the bug: name one with --cell.');
  const place = [neededLevel(found.plan.cell, 'daemon'), neededLevel(found.plan.cell, 'kernel')].find((level) =>
    level?.includes('/'),
  );
  // What is taken from a path is called by its version: a run of unknown origin could have any program started.
  if (place !== undefined)
    throw new UsageError(`${place} is no name of a build or a kernel: this run was changed by hand.`);
  if (verdictOf(found) === 'not decided') {
    throw new NotApplicableError({
      doing: `making ${found.plan.name} smaller`,
      expected: 'a verdict that could stay the same',
      happened: found.verdict?.outcome ?? 'it has no verdict',
      hint: 'run its scenario again, and reduce that run',
    });
  }
  return found;
}

/** The options that select an experiment's cell alone. */
function selectionOf({ cell }: Experiment, { factors }: Scenario) {
  const { daemon, kernel } = cell;
  const only = factors.flatMap(({ name }) => (cell[name] === undefined ? [] : [`${name}=${cell[name]}`]));
  return {
    // A build that a user brought is known by its version in the cell, and the replica by its whole label.
    daemon: daemon === undefined ? [] : [daemon.replace(/^replica \S+?(?=$|\+)/, 'replica')],
    kernel: kernel === undefined ? [] : [kernel],
    only: [only.join(',')],
    not: [],
  };
}

function lineOf({ what, verdicts, kept }: ReductionStep): string {
  return `${kept ? '✔' : '–'} ${what}: ${verdicts.join(', ')}`;
}

async function tell(
  scenario: Scenario,
  begin: StoredCell,
  experiment: Experiment,
  steps: ReductionStep[],
  directory: string,
): Promise<void> {
  const kept = steps.filter((step) => step.kept);
  const words = cellCommand(scenario.name, experiment.cell, experiment.sizes);
  const lines = [
    `${cellName(begin.plan.cell)}: ${verdictOf(begin)} in ${steps.length} steps, of which ${kept.length} were kept`,
    ...steps.map((step) => `  ${lineOf(step)}`),
    'What is left:',
    `  ${shellCommand(words)}`,
  ];
  const observed = `${begin.plan.name}: ${begin.verdict?.judgement ? summaryWords(begin.verdict.judgement.observed) : ''}`;
  const reproducer = await reproducerOf(scenario.name, experiment.cell, observed, experiment.sizes);
  if (reproducer) {
    makeStored(directory, 'reduced');
    writeStored(directory, `reduced/${reproducer.file}`, reproducer.script, 0o777);
    lines.push('Without the lab:', `  ${path.join(directory, 'reduced', reproducer.file)}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

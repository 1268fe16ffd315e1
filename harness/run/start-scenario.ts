import { cacheDirectory } from '../fetch/cache.ts';
import { defaultKernels, usualKernel } from '../../vms/kernels.ts';
import { UsageError } from '../core/errors.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import { cellsOf, levelOf, parseSelection, type Cell, type Factor, type Need } from '../core/cell.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { ProgressView } from './progress-view.ts';
import type { ControlCell, Scenario } from './scenario.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { companions, daemonLevels } from './daemon-levels.ts';
import { defaultsOf } from './default-daemons.ts';
import { kernelLevels } from './kernel-levels.ts';
import type { Dispatcher } from './dispatcher.ts';
import { tellingPair, type JudgedPair } from './judged-pair.ts';
import { abridged, causeFirst, pairIn } from './order-cells.ts';
import type { RunPlan } from './run-plan.ts';
import { runScenario } from './run-scenario.ts';
import type { Sizes } from './sizes.ts';
import { openSource } from './source.ts';
import { typedWords } from '../core/typed-command.ts';

/** The selected part of a scenario, and the observer of the run. */
export interface Request {
  only: readonly string[];
  not: readonly string[];
  daemon: readonly string[];
  kernel: readonly string[];
  /** Whether every docker has all cells, where a scenario is {@link Scenario.isAbridged} by default. */
  all?: boolean;
  /** Cells side by side; by default what the machine says. */
  jobs?: number;
  repeat: number;
  /** Of the protocol, where they are not the usual ones. */
  sizes?: Sizes;
  /** The file of a scenario that is none of the lab's. */
  module?: string;
  /** Directory of the run that this one resumes. */
  resume?: string;
  /** Where runs are kept. */
  out: string;
  signal: AbortSignal;
  view: ProgressView;
  /** The engine that runs the cells. */
  dispatcher: Dispatcher;
  /** Whether the scenario's controls are left out: in a search they would be the same every time. */
  withoutControls?: true;
  /** Which of the selected cells are tried; all of them when it is left out. */
  wants?: (cell: Cell) => boolean;
  /** Called when the cause and its control have been judged, which are the first cells of a run. */
  tellPair?: (pair: JudgedPair) => void;
  /** Called with each cell that has been judged, before its machine goes: holds it alive. */
  hold?: (cell: Cell, enterCommand: string, judgement: Judgement) => Promise<void>;
}

/**
 * Runs the selected cells with a view of what is going on.
 *
 * @returns the run's directory; undefined when `wants` leaves nothing to try
 * @throws {UsageError} when the selection makes no sense, or leaves no cell
 */
export async function startScenario(
  scenario: Scenario,
  kind: MachineKind,
  request: Request,
): Promise<string | undefined> {
  const { signal, view, dispatcher, wants = () => true, hold } = request;
  const cache = cacheDirectory();
  const source = openSource(cache, signal, view);
  const needs = needsOf(scenario, kind);
  const daemons =
    request.daemon.length > 0 ? { specs: request.daemon } : await defaultsOf({ ...scenario, needs }, cache, signal);
  const levels = needs.includes('daemon') ? await daemonLevels(daemons.specs, source) : [];
  const kernels = needs.includes('kernel')
    ? await kernelLevels(request.kernel.length > 0 ? request.kernel : defaultKernelsOf(scenario, kind), source, kind)
    : [];
  const supplied = { daemon: levels, kernel: kernels };
  const factors: Factor[] = [
    ...needs.map((name) => ({ name, levels: supplied[name].map((level) => level.name) })),
    ...scenario.factors,
  ];
  const selected = cellsOf(factors, parseSelection(request.only, factors), parseSelection(request.not, factors));
  const { first = [] } = scenario;
  const names = levels.map(({ name }) => name);
  const isAbridged = scenario.isAbridged === true && names.length > 1 && isByDefault(request);
  const cells = causeFirst(isAbridged ? abridged(selected, names, first) : selected, first).filter(wants);
  const controls = request.withoutControls ? [] : controlsOf(scenario, levels, kernels[0]);
  if (cells.length + controls.length === 0) return undefined;
  const others = new Set(controls.map(({ cell }) => levelOf(cell, 'daemon')));
  for (const { name } of levels) others.delete(name);
  levels.push(...(await daemonLevels([...others], source)));
  const jobs = request.jobs ?? dispatcher.jobs(kind, scenario.budget.memoryBytes);
  const tries = (cells.length + controls.length) * request.repeat;
  if (hold && tries > jobs) {
    throw new UsageError(
      `--keep holds every cell alive at once, and ${jobs} fit here: select fewer than these ${tries}.`,
    );
  }
  view.expect(tries);
  const host = await dispatcher.describe(kind);
  const directory = await createRunDirectory(request.out, scenario.name, new Date());
  const all = [...cells, ...controls.map(({ cell }) => cell)];
  const plan: RunPlan = {
    scenario,
    cells,
    controls,
    builds: new Map(levels.filter(isIn(all, 'daemon')).map((level) => [level.name, level])),
    kernels: new Map(kernels.filter(isIn(all, 'kernel')).map((level) => [level.name, level])),
    companion: companions(source),
    kind,
    host,
    directory,
    jobs,
    repeat: request.repeat,
    ...(request.sizes && { sizes: request.sizes }),
    ...(request.module !== undefined && { module: request.module }),
    ...(request.resume !== undefined && { resume: request.resume }),
    notes: [
      ...('note' in daemons ? [daemons.note] : []),
      ...(isAbridged ? [whatIsAbridged] : []),
      ...controls.flatMap(({ note }) => note ?? []),
    ],
    commandLine: typedWords(process.argv.slice(2)),
    observer: request.tellPair ? tellingPair(view, pairIn(cells, first), request.tellPair) : view,
    hold: hold ?? (() => Promise.resolve()),
    signal,
  };
  await runScenario(plan, dispatcher);
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

/** Whether the user left the choice of cells to the scenario. */
function isByDefault({ all, daemon, only, not }: Request): boolean {
  return all !== true && [daemon, only, not].every((words) => words.length === 0);
}

const whatIsAbridged =
  'One docker has all cells, the others have the cause and its controls; --all runs every cell of each.';

function isIn(cells: Cell[], need: Need): (level: { name: string }) => boolean {
  return ({ name }) => cells.some((cell) => cell[need] === name);
}

/** The needs of a scenario's cells: a daemon unless it says otherwise, and a kernel where machines boot. */
export function needsOf({ needs = ['daemon'] }: Scenario, { boots }: MachineKind): readonly Need[] {
  return boots && !needs.includes('kernel') ? [...needs, 'kernel'] : needs;
}

/** One is enough for a scenario that is not about kernels. */
function defaultKernelsOf({ needs = [], defaults }: Scenario, { kernels }: MachineKind): readonly string[] {
  if (kernels) return [kernels.usual];
  if (defaults?.kernel) return defaults.kernel;
  return needs.includes('kernel') ? defaultKernels : [usualKernel];
}

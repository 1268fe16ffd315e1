import { cacheDirectory } from '../fetch/cache.ts';
import { defaultKernels, usualKernel } from '../../vms/kernels.ts';
import { defaultDaemons } from '../fetch/known-builds.ts';
import { UsageError } from '../core/errors.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import { cellsOf, levelOf, parseSelection, type Cell, type Factor } from '../core/cell.ts';
import type { ProgressView } from './progress-view.ts';
import type { ControlCell, Need, Scenario } from './scenario.ts';
import { createRunDirectory } from '../store/run-directory.ts';
import { companions, daemonLevels } from './daemon-levels.ts';
import { kernelLevels } from './kernel-levels.ts';
import { runScenario } from './run-scenario.ts';
import type { Sizes } from './sizes.ts';
import { openSource } from './source.ts';

/** The selected part of a scenario, and the observer of the run. */
export interface Request {
  only: readonly string[];
  not: readonly string[];
  daemon: readonly string[];
  kernel: readonly string[];
  /** Cells side by side; by default what the machine says. */
  jobs?: number;
  repeat: number;
  /** Of the protocol, where they are not the usual ones. */
  sizes?: Sizes;
  /** Where runs are kept. */
  out: string;
  signal: AbortSignal;
  view: ProgressView;
  /** Whether the scenario's controls are left out: in a search they would be the same every time. */
  withoutControls?: true;
  /** Which of the selected cells are tried; all of them when it is left out. */
  wants?: (cell: Cell) => boolean;
  /** Called with each cell that has been judged, before its machine goes: holds it alive. */
  hold?: (cell: Cell, enterCommand: string, observed: string) => Promise<void>;
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
  const { signal, view, wants = () => true, hold } = request;
  const cache = cacheDirectory();
  const source = openSource(cache, signal, view);
  const needs = needsOf(scenario, kind);
  const specs = request.daemon.length > 0 ? request.daemon : await defaultsOf(scenario, cache);
  const levels = needs.includes('daemon') ? await daemonLevels(specs, source) : [];
  const kernels = needs.includes('kernel')
    ? await kernelLevels(request.kernel.length > 0 ? request.kernel : defaultKernelsOf(scenario, kind), source, kind)
    : [];
  const supplied = { daemon: levels, kernel: kernels };
  const factors: Factor[] = [
    ...needs.map((name) => ({ name, levels: supplied[name].map((level) => level.name) })),
    ...scenario.factors,
  ];
  const selected = cellsOf(factors, parseSelection(request.only, factors), parseSelection(request.not, factors));
  const cells = selected.filter(wants);
  const controls = request.withoutControls ? [] : controlsOf(scenario, levels, kernels[0]);
  if (cells.length + controls.length === 0) return undefined;
  const others = new Set(controls.map(({ cell }) => levelOf(cell, 'daemon')));
  for (const { name } of levels) others.delete(name);
  levels.push(...(await daemonLevels([...others], source)));
  const jobs = request.jobs ?? kind.jobs(scenario.budget.memoryBytes);
  const tries = (cells.length + controls.length) * request.repeat;
  if (hold && tries > jobs) {
    throw new UsageError(
      `--keep holds every cell alive at once, and ${jobs} fit here: select fewer than these ${tries}.`,
    );
  }
  view.expect(tries);
  const host = await kind.describe();
  const directory = await createRunDirectory(request.out, scenario.name, new Date());
  await runScenario({
    scenario,
    cells,
    controls,
    builds: new Map(
      levels
        .filter(isIn([...cells, ...controls.map(({ cell }) => cell)], 'daemon'))
        .map((level) => [level.name, level.fetch()]),
    ),
    kernels: new Map(
      kernels
        .filter(isIn([...cells, ...controls.map(({ cell }) => cell)], 'kernel'))
        .map((level) => [level.name, level.fetch()]),
    ),
    companion: companions(source),
    kind,
    host,
    directory,
    jobs,
    repeat: request.repeat,
    ...(request.sizes && { sizes: request.sizes }),
    notes: [
      ...(missesTheRealOne(scenario, request, specs) ? [withoutTheRealOne] : []),
      ...controls.flatMap(({ note }) => note ?? []),
    ],
    commandLine: npmCommand(process.argv.slice(2)),
    observer: view,
    hold: hold ?? (() => Promise.resolve()),
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

/**
 * Whether the run takes the replica, or leaves 1.13.1 out, only because the real one is not in the cache. Scenarios with daemons of
 * their own choice have nothing to do with it.
 */
function missesTheRealOne(scenario: Scenario, request: Request, specs: readonly string[]): boolean {
  const { needs = ['daemon'], defaults } = scenario;
  return needs.includes('daemon') && !defaults?.daemon && request.daemon.length === 0 && !specs.includes('1.13.1');
}

const withoutTheRealOne =
  'docker 1.13.1, from which the reports came, is not in the cache: bring it with --daemon DIR or --daemon FILE.tgz, ' +
  'or try --daemon 1.13.1, which downloads it.';

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

/** The command as the user typed it, with the `--` without which npm takes the options for its own. */
function npmCommand([script = '', ...words]: string[]): string[] {
  return ['npm', 'run', script, ...(words.length > 0 ? ['--', ...words] : [])];
}

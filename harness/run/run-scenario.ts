import pLimit from 'p-limit';
import type { DockerBuild } from '../../vms/build.ts';
import type { MachineKind } from '../machines/shared/kind.ts';
import type { MachineDescription } from '../machine/contract.ts';
import { cellName, type Cell } from '../core/cell.ts';
import type { ControlCell, Scenario } from './scenario.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import { buildRecord, type RunRecord, type VerdictRecord } from '../store/schema.ts';
import { equip, type Equipment, type Missing, type Supplies } from './equipment.ts';
import { provenance } from './provenance.ts';
import type { RunObserver } from './progress-view.ts';
import { runCell } from './run-cell.ts';
import type { Sizes } from './sizes.ts';

/** Everything that a run needs, resolved. */
export interface RunPlan extends Supplies {
  scenario: Scenario;
  cells: Cell[];
  /** Cells of other scenarios whose answers are known, run beside the others. */
  controls: readonly ControlCell[];
  kind: MachineKind;
  host: MachineDescription;
  directory: RunDirectory;
  jobs: number;
  repeat: number;
  /** Of the protocol of this scenario, where they are not the usual ones. */
  sizes?: Sizes;
  notes: string[];
  commandLine: string[];
  observer: RunObserver;
  /** Called with each cell that has been judged, before its machine goes. */
  hold: (cell: Cell, enterCommand: string, observed: string) => Promise<void>;
  signal: AbortSignal;
}

/** Runs all cells side by side, as many as `jobs`, and writes everything down as it happens. */
export async function runScenario(plan: RunPlan): Promise<void> {
  const { scenario, directory, jobs, repeat, signal } = plan;
  const cells = [...plan.cells.map((cell) => ({ scenario, cell })), ...plan.controls];
  const run: RunRecord = {
    schema: 1,
    scenario: scenario.name,
    claim: scenario.claim,
    state: 'running',
    startedAt: new Date().toISOString(),
    commandLine: plan.commandLine,
    lab: await provenance(),
    jobs,
    machine: plan.host,
    builds: [],
    cells: cells.map(({ cell }) => cellName(cell)),
    notes: plan.notes,
  };
  await directory.writeRun(run);
  const record = async ({ build, companion, kernel }: Equipment) => {
    for (const one of [build, companion]) {
      if (!one || run.builds.some(({ name }) => name === one.name)) continue;
      // The schema takes what belongs into a result and leaves the paths of this machine out.
      run.builds.push(buildRecord.parse(recordOf(one)));
    }
    if (kernel && !run.kernels?.some(({ name }) => name === kernel.name)) {
      const { name, release, packages, sha256 } = kernel;
      (run.kernels ??= []).push({ name, release, packages, ...(sha256 !== undefined && { sha256 }) });
    }
    await directory.writeRun(run);
  };
  // Beside the cells: none of them waits for what is written about its build.
  const recorded: Promise<void>[] = [];
  const limit = pLimit(jobs);
  const tries = cells.flatMap((one) => Array.from({ length: repeat }, (_, i) => ({ ...one, number: i + 1 })));
  const tried = tries.map(async (one) => {
    // Waiting for a build takes no place of a cell that could run.
    const equipment = await equip(one.scenario, one.cell, plan);
    if (!('failure' in equipment)) recorded.push(record(equipment));
    await limit(() => tryCell(plan, one, equipment));
  });
  await Promise.all(tried);
  await Promise.all(recorded);
  run.state = signal.aborted ? 'interrupted' : 'finished';
  run.endedAt = new Date().toISOString();
  run.harnessPeakBytes = process.resourceUsage().maxRSS * 1024;
  await directory.writeRun(run);
}

async function tryCell(
  plan: RunPlan,
  { scenario, cell, number }: ControlCell & { number: number },
  equipment: Equipment | Missing,
): Promise<void> {
  // What an interrupted run never began has no directory, and so no verdict.
  if (plan.signal.aborted) return;
  const name = number === 1 ? cellName(cell) : `${cellName(cell)} (repeat ${number})`;
  // Controls are of another scenario, and are as they are known.
  const sizes = scenario === plan.scenario ? plan.sizes : undefined;
  const directory = await plan.directory.beginCell(cell, number, { scenario: scenario.name, ...(sizes && { sizes }) });
  if ('failure' in equipment) {
    const verdict: VerdictRecord = { schema: 1, ...equipment, seconds: 0, shares: {} };
    await directory.writeVerdict(verdict);
    plan.observer.cellEnded(name, verdict);
    return;
  }
  const { kind, host, signal } = plan;
  const verdict = await runCell({
    scenario,
    cell,
    ...(sizes && { sizes }),
    ...equipment,
    kind,
    host,
    directory,
    signal,
    doing: (what) => plan.observer.cellDoes(name, what),
    hold: (machine, { observed }) => plan.hold(cell, machine.enterCommand, observed),
  });
  if (verdict) plan.observer.cellEnded(name, verdict);
}

function recordOf({ name, version, commit, origin, binaries, userland }: DockerBuild): unknown {
  return {
    name,
    version,
    commit,
    origin,
    userland: { name: userland.name, packages: userland.packages },
    binaries: binaries.map((binary) => ({ name: binary.name, path: binary.path, sha256: binary.sha256 })),
  };
}

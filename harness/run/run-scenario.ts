import pLimit from 'p-limit';
import type { DockerBuild } from '../../vms/build.ts';
import type { MachineKind } from '../machines/kinds.ts';
import type { MachineDescription } from '../machines/machine.ts';
import { cellName, levelOf, type Cell } from '../matrix/cell.ts';
import type { ControlCell, Scenario } from '../scenario.ts';
import type { RunDirectory } from '../store/run-directory.ts';
import { buildRecord, type RunRecord, type VerdictRecord } from '../store/schema.ts';
import { provenance } from './provenance.ts';
import { runCell } from './run-cell.ts';

/** A daemon that could not be had, and what became of its cells. */
export interface MissingBuild {
  outcome: 'not-applicable' | 'infra-failed';
  failure: string;
}

/** Everything that a run needs, resolved. */
export interface RunPlan {
  scenario: Scenario;
  cells: Cell[];
  /** Level of the factor `daemon` → how it is had, as soon as that is known. */
  builds: ReadonlyMap<string, Promise<DockerBuild | MissingBuild>>;
  /** Cells of other scenarios whose answers are known, run beside the others. */
  controls: readonly ControlCell[];
  /** How a second build is had, by its name: see {@link Scenario.companion}. */
  companion: (name: string) => Promise<DockerBuild | MissingBuild>;
  kind: MachineKind;
  host: MachineDescription;
  directory: RunDirectory;
  jobs: number;
  repeat: number;
  notes: string[];
  commandLine: string[];
  observer: RunObserver;
  /** Called with each cell that has been judged, before its machine goes. */
  hold: (cell: Cell, enterCommand: string, observed: string) => Promise<void>;
  signal: AbortSignal;
}

/** Who watches a run, e.g. the live view. */
export interface RunObserver {
  cellDoes: (name: string, what: string) => void;
  cellEnded: (name: string, verdict: VerdictRecord) => void;
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
  const record = async (build: DockerBuild | MissingBuild) => {
    if ('failure' in build || run.builds.some(({ name }) => name === build.name)) return;
    // The schema takes what belongs into a result and leaves the paths of this machine out.
    run.builds.push(buildRecord.parse(recordOf(build)));
    await directory.writeRun(run);
  };
  // Beside the cells: none of them waits for what is written about its build.
  const recorded: Promise<void>[] = [];
  const limit = pLimit(jobs);
  const tries = cells.flatMap((one) => Array.from({ length: repeat }, (_, i) => ({ ...one, number: i + 1 })));
  const tried = tries.map(async (one) => {
    // Waiting for a build takes no place of a cell that could run.
    const build = await plan.builds.get(levelOf(one.cell, 'daemon'));
    if (!build) return;
    recorded.push(record(build));
    const second = 'failure' in build ? undefined : one.scenario.companion?.(one.cell, build.version);
    const companion = second === undefined ? undefined : await plan.companion(second);
    if (companion) recorded.push(record(companion));
    await limit(() => tryCell(plan, one, build, companion));
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
  build: DockerBuild | MissingBuild,
  companion: DockerBuild | MissingBuild | undefined,
): Promise<void> {
  // What an interrupted run never began has no directory, and so no verdict.
  if (plan.signal.aborted) return;
  const name = number === 1 ? cellName(cell) : `${cellName(cell)} (repeat ${number})`;
  const directory = await plan.directory.beginCell(cell, number);
  const missed = async (missing: MissingBuild) => {
    const verdict: VerdictRecord = { schema: 1, ...missing, seconds: 0, shares: {} };
    await directory.writeVerdict(verdict);
    plan.observer.cellEnded(name, verdict);
  };
  if ('failure' in build) return missed(build);
  if (companion && 'failure' in companion) return missed(companion);
  const { kind, host, signal } = plan;
  const verdict = await runCell({
    scenario,
    cell,
    build,
    ...(companion && { companion }),
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

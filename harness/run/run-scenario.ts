import pLimit from 'p-limit';
import type { DockerBuild } from '../../vms/build.ts';
import type { MachineKind } from '../machines/kinds.ts';
import type { MachineDescription } from '../machines/machine.ts';
import { cellName, levelOf, type Cell } from '../matrix/cell.ts';
import type { Scenario } from '../scenario.ts';
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
  const { scenario, cells, directory, jobs, repeat, signal } = plan;
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
    cells: cells.map(cellName),
    notes: plan.notes,
  };
  await directory.writeRun(run);
  const recorded = [...plan.builds.values()].map(async (pending) => {
    const build = await pending;
    if ('failure' in build) return;
    // The schema takes what belongs into a result and leaves the paths of this machine out.
    run.builds.push(buildRecord.parse(recordOf(build)));
    await directory.writeRun(run);
  });
  const limit = pLimit(jobs);
  const tries = cells.flatMap((cell) => Array.from({ length: repeat }, (_, i) => ({ cell, number: i + 1 })));
  const tried = tries.map(async ({ cell, number }) => {
    // Waiting for a build takes no place of a cell that could run.
    const build = await plan.builds.get(levelOf(cell, 'daemon'));
    if (build) await limit(() => tryCell(plan, cell, number, build));
  });
  await Promise.all([...tried, ...recorded]);
  run.state = signal.aborted ? 'interrupted' : 'finished';
  run.endedAt = new Date().toISOString();
  run.harnessPeakBytes = process.resourceUsage().maxRSS * 1024;
  await directory.writeRun(run);
}

async function tryCell(plan: RunPlan, cell: Cell, number: number, build: DockerBuild | MissingBuild): Promise<void> {
  // What an interrupted run never began has no directory, and so no verdict.
  if (plan.signal.aborted) return;
  const name = number === 1 ? cellName(cell) : `${cellName(cell)} (repeat ${number})`;
  const directory = await plan.directory.beginCell(cell, number);
  if ('failure' in build) {
    const verdict: VerdictRecord = { schema: 1, ...build, seconds: 0, shares: {} };
    await directory.writeVerdict(verdict);
    plan.observer.cellEnded(name, verdict);
    return;
  }
  const { scenario, kind, host, signal } = plan;
  const verdict = await runCell({
    scenario,
    cell,
    build,
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

import { cellName, levelOf, neededLevel } from '../../core/cell.ts';
import type { CellTry } from '../../run/dispatcher.ts';
import type { RunPlan } from '../../run/run-plan.ts';
import { needsOf } from '../needs.ts';
import type { Needs, TryRecord } from '../records.ts';
import type { FleetRun } from './fleet-run.ts';

/** An archive that a worker has handed over, and that does not count yet. */
export interface Staged {
  attempt: number;
  sha256: string;
  file: string;
}

/** One try of a cell that a coordinator waits for. */
export interface Submission {
  /** Of its job: the session, and a number in the order of the night. */
  id: string;
  run: FleetRun;
  one: CellTry;
  needs: Needs;
  /** Name of its queue. */
  queue: string;
  staged: Staged[];
  /** The attempt that a host was last heard of; 0 for none. */
  seenAttempt: number;
  /** How often its result was lost. */
  losses: number;
  /** Set while it is imported, and after its end. */
  isClosed: boolean;
}

/** The members by which the log names a try. */
export function named({ id, one }: Pick<Submission, 'id' | 'one'>) {
  return { job: id, cell: cellName(one.cell), number: one.number };
}

/** What a try asks of a host; or the build or kernel that no other host has. */
export function needsOfTry({ scenario, cell }: CellTry, plan: RunPlan): Needs | { brought: string } {
  const supplies = { daemon: plan.builds, kernel: plan.kernels };
  const names: Partial<Record<'daemon' | 'kernel', string>> = {};
  for (const need of ['daemon', 'kernel'] as const) {
    if (neededLevel(cell, need) === undefined) continue;
    const level = levelOf(cell, need);
    const catalogued = supplies[need].get(level)?.catalogued;
    if (catalogued === undefined) return { brought: level };
    names[need] = catalogued;
  }
  return needsOf({ machine: plan.kind.name, memoryBytes: scenario.budget.memoryBytes, ...names });
}

/** The job of a try. */
export function orderOf({ id, run: { plan }, one, needs }: Submission): TryRecord {
  // Controls are of another scenario, and are as they are known.
  const sizes = one.scenario === plan.scenario ? plan.sizes : undefined;
  return {
    schema: 1,
    session: id.slice(0, id.lastIndexOf('.')),
    scenario: one.scenario.name,
    cell: { ...one.cell },
    number: one.number,
    machine: needs.machine,
    ...(needs.daemon !== undefined && { daemon: needs.daemon }),
    ...(needs.kernel !== undefined && { kernel: needs.kernel }),
    ...(sizes && { sizes: { ...sizes } }),
  };
}

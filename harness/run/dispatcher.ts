import type { MachineKind } from '../machines/shared/kind.ts';
import type { BuildRecord, HostOfRun, KernelRecord, RunRecord } from '../store/schema.ts';
import type { RunPlan } from './run-plan.ts';
import type { ControlCell } from './scenario.ts';

/** One try of a cell. `number` counts from 1 within its run. */
export interface CellTry extends Pick<ControlCell, 'scenario' | 'cell'> {
  number: number;
}

/** The builds and kernels that cells ran with, for the record of their run. */
export interface Used {
  builds: readonly BuildRecord[];
  kernels: readonly KernelRecord[];
  /** The host, where that is another one than this. */
  host?: HostOfRun;
}

/**
 * Runs tries of cells: on this host, or on the hosts of a fleet. What a try produced is in its directory of the run, and the observer of
 * the plan hears of it; nothing else differs between the engines.
 */
export interface Dispatcher extends AsyncDisposable {
  /** The number of parts of a night that are open at once. */
  readonly parts: number;
  /** Gets ready for cells on this kind of machine. Returns lines that say why none can run; undefined when some can. */
  prepare(kind: MachineKind): Promise<string | undefined>;
  /** The place where machines of this kind are made, for the record of a run. */
  describe(kind: MachineKind): Promise<RunRecord['machine']>;
  /** The number of cells of this size (bytes of memory) that run side by side. */
  jobs(kind: MachineKind, memoryBytes: number): number;
  /**
   * Runs the tries. Resolves when each has its verdict, or when the plan's signal is aborted: tries that did not end have none then.
   *
   * @param record called with what a try uses, as soon as it is known
   */
  run(plan: RunPlan, tries: readonly CellTry[], record: (used: Used) => void): Promise<void>;
}

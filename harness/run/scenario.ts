import type { ZodType } from 'zod';
import type { Cell, Factor } from '../core/cell.ts';
import type { CellContext } from '../dosing/cell-context.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Boot, Budget, Machine } from '../machine/contract.ts';

/** A size of a protocol: its default, and the least with which the protocol still makes sense. */
export interface Size {
  usual: number;
  least: number;
}

/** The needs of a scenario's cells: each is a factor of that name, whose levels the run provides. */
export type Need = 'daemon' | 'kernel';

/** A cell of another scenario whose answer is known: it shows whether the instrument works in this run. */
export interface ControlCell {
  scenario: Scenario;
  cell: Cell;
  /** A sentence for the notes of the run: why the control is another one than usual. */
  note?: string;
}

/** A claim about a bug or a fix, its factors, its protocol, and what is expected. */
export interface Scenario<Observations = unknown> {
  name: string;
  claim: string;
  /** Set when the replica stands in for 1.13.1 by default, where no real one is in the cache. */
  standIn?: true;
  /** The needs of the cells; a daemon alone when it is left out. */
  needs?: readonly Need[];
  /** The default levels of each need; the run's own defaults for one that is left out. */
  defaults?: Partial<Record<Need, readonly string[]>>;
  /** The kind of machine that it runs on unless the user says another; `local` when it is left out. */
  machine?: string;
  /** The boot options of a cell's machine, where machines boot. */
  boot?(cell: Cell): Boot;
  /** Without those of {@link Need}. */
  factors: readonly Factor[];
  /** The sizes of the protocol that may be reduced, by name: containers, calls. */
  sizes?: Readonly<Record<string, Size>>;
  /** The planted leak and the clean run that belong to every run over these daemons. */
  controls?(daemons: readonly string[]): ControlCell[];
  budget: Budget;
  /** Names of the clients that a cell starts beside its daemon, so that the machine can be made with them. */
  clients?(cell: Cell): readonly string[];
  /** Why a cell makes no sense for a build, or undefined. */
  notApplicable?(cell: Cell, version: string, machine: Machine['description']): string | undefined;
  /** Name of a second build that a cell needs, e.g. the one that its daemon is upgraded to. */
  companion?(cell: Cell, version: string): string | undefined;
  run(context: CellContext): Promise<Observations>;
  observations: ZodType<Observations>;
  /**
   * Pure: the same observations always give the same judgement.
   *
   * @param version of the docker build, else of the kernel
   * @param commit of the docker build, as `dockerd --version` prints it
   */
  judge(cell: Cell, version: string, observations: Observations, commit?: string): Judgement;
  /** The conclusion from all judged cells of a run. Pure, as the judge is. */
  conclude?(cells: { cell: Cell; version: string; observations: Observations }[]): string[];
}

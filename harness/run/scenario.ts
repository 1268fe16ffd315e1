import type { Cell, Factor, Need } from '../core/cell.ts';
import type { CellContext } from '../dosing/cell-context.ts';
import type { Observations } from '../evidence/observations.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { Boot, Budget, Machine } from '../machine/contract.ts';

/** A size of a protocol: its default, and the least with which the protocol still makes sense. */
export interface Size {
  usual: number;
  least: number;
}

/** A cell of another scenario whose answer is known: it shows whether the instrument works in this run. */
export interface ControlCell {
  scenario: Scenario;
  cell: Cell;
  /** A sentence for the notes of the run: why the control is another one than usual. */
  note?: string;
}

/** What the user wants to know beside what a run has measured. */
export interface Wishes {
  /** CPUs of a host that a projection is printed for. */
  projectCpus?: number;
}

/** A claim about a bug or a fix, its factors, its protocol, and what is expected. @typeParam Seen the plain value of its observations */
export interface Scenario<Seen = unknown> {
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
  /** The version of systemd whose behaviour a cell is about: a machine with a systemd of its own can run only cells about that one. */
  systemd?(cell: Cell): string;
  /** The boot options of a cell's machine, where machines boot. */
  boot?(cell: Cell): Boot;
  /** Without those of {@link Need}. */
  factors: readonly Factor[];
  /** The cells that show the claim at once, which are run first: levels of the cause, then those of each of its controls. */
  first?: readonly Cell[];
  /** Set when, by default, one docker alone has all cells, and the others have those of `first`. */
  isAbridged?: true;
  /** The sizes of the protocol that may be reduced, by name: containers, calls. */
  sizes?: Readonly<Record<string, Size>>;
  /** The planted leak and the clean run that belong to every run over these daemons. */
  controls?(daemons: readonly string[]): ControlCell[];
  /** The size that is the time of the protocol, in seconds: it is added to the budget, and set by `--for`. */
  lasts?: string;
  budget: Budget;
  /** Names of the clients that a cell starts beside its daemon, so that the machine can be made with them. */
  clients?(cell: Cell): readonly string[];
  /** Why a cell makes no sense for a build, or undefined. */
  notApplicable?(cell: Cell, version: string, machine: Machine['description']): string | undefined;
  /** Name of a second build that a cell needs, e.g. the one that its daemon is upgraded to. */
  companion?(cell: Cell, version: string): string | undefined;
  run(context: CellContext): Promise<Seen>;
  /** The evidence that its cells store. */
  observations: Observations<Seen>;
  /**
   * Pure: the same observations always give the same judgement.
   *
   * @param version of the docker build, else of the kernel
   * @param commit of the docker build, as `dockerd --version` prints it
   */
  judge(cell: Cell, version: string, observations: Seen, commit?: string): Judgement;
  /** The conclusion from all judged cells of a run. Pure, as the judge is. */
  conclude?(cells: { cell: Cell; version: string; observations: Seen }[], wishes?: Wishes): string[];
}

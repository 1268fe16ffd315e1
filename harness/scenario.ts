import type { ZodType } from 'zod';
import type { DockerBuild } from '../vms/build.ts';
import type { Kernel } from '../vms/obtain/kernel.ts';
import type { Cell, Factor } from './matrix/cell.ts';
import type { SlopeFigure } from './judge/verdict-record.ts';
import type { Budget, Machine } from './machines/machine.ts';

/** What became of a cell. The last three are apart from all verdicts: the experiment could not be done. */
export const outcomes = [
  'as-expected',
  'unexpected',
  'inconclusive',
  'not-applicable',
  'boot-failed',
  'infra-failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** One thing that was looked at, beside what was expected of it. */
export interface Check {
  what: string;
  observed: string;
  /** Absent when nobody knows yet: such a check decides nothing. */
  expected?: string;
  asExpected: boolean;
  /** Set when the observations do not decide it: such a check is no surprise, and no pass either. */
  undecided?: true;
  /** Log lines and commands that show it. */
  evidence: string[];
}

/** What the observations of a cell say. */
export interface Judgement {
  /** One line for the table. */
  observed: string;
  /** One line for the table. */
  expected: string;
  /** Why that is expected, and who says so. */
  reason: string;
  reference: string;
  checks: Check[];
  /** Lines with the numbers behind the verdict, shown for every cell. */
  figures?: string[];
  /** The slopes among them as numbers, the deciding ones first: what nights are compared by. */
  slopes?: SlopeFigure[];
  /** Whether the bug itself showed, whatever was expected: the question of `--bisect`. */
  bug: 'present' | 'absent' | 'unknown';
}

/** How much of something a protocol takes: as it is meant, and the least with which it still makes sense. */
export interface Size {
  usual: number;
  least: number;
}

/** What a scenario's protocol gets. */
export interface CellContext {
  cell: Cell;
  /** How much of what the scenario calls so; the usual, unless the run was told another. */
  size: (name: string) => number;
  /** Of scenarios that need a daemon; {@link buildOf} for those. */
  build?: DockerBuild;
  /** Of scenarios that need a kernel. */
  kernel?: Kernel;
  /** The build that {@link Scenario.companion} asked for; the machine shows it where upgrade.ts says. */
  companion?: DockerBuild;
  machine: Machine;
  /** Appends an event to the cell's record, with its time. */
  event: (what: string, data?: Record<string, unknown>) => void;
  /** The cell's time, share by share: what it is spent on. */
  phase: <T>(share: Share, what: string, work: () => Promise<T>) => Promise<T>;
  /** A file of the cell's directory for a log. */
  logFile: (name: string) => string;
  signal: AbortSignal;
}

/** The docker build of a cell whose scenario needs a daemon. */
export function buildOf({ build }: Pick<CellContext, 'build'>): DockerBuild {
  if (!build) throw new RangeError('this scenario needs no daemon, and its cells have none');
  return build;
}

/** What a scenario's cells need: each is a factor of that name, whose levels the run obtains. */
export type Need = 'daemon' | 'kernel';

/** How the machine of a cell is to boot, where machines boot. */
export interface Boot {
  /** Words of the kernel's command line. */
  parameters: readonly string[];
  /** Which cgroup file system is mounted; by default the one that the kernel's distribution would use. */
  cgroupVersion?: 1 | 2;
  /** Kernel modules beside those that the machine itself needs. */
  modules?: readonly string[];
}

/** What a cell spends its time on. The first two are the subject's own. */
export const shares = ['dockerd ticks', 'dockerd starts and stops', 'containers', 'harness'] as const;
export type Share = (typeof shares)[number];

/** A cell of another scenario whose answer is known: it shows whether the instrument works in this run. */
export interface ControlCell {
  scenario: Scenario;
  cell: Cell;
  /** A sentence for the notes of the run: why the control is another one than usual. */
  note?: string;
}

/** A claim about a bug or a fix, what it is tried over, how, and what is expected. */
export interface Scenario<Observations = unknown> {
  name: string;
  claim: string;
  references: string[];
  /** Set when the replica stands in for 1.13.1 by default, where no real one is in the cache. */
  standIn?: true;
  /** What cells need; a daemon alone when it is left out. */
  needs?: readonly Need[];
  /** What is taken of each need unless the user names others; the run's own defaults for one that is left out. */
  defaults?: Partial<Record<Need, readonly string[]>>;
  /** The kind of machine that it runs on unless the user says another; `local` when it is left out. */
  machine?: string;
  /** How the machine of a cell boots, where machines boot. */
  boot?(cell: Cell): Boot;
  /** Without those of {@link Need}. */
  factors: Factor[];
  /** What of the protocol may be made smaller, by its name: containers, calls. */
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
  /** What all judged cells of a run say together. Pure, as the judge is. */
  conclude?(cells: { cell: Cell; version: string; observations: Observations }[]): string[];
}

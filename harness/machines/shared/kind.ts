import type { DockerBuild } from '../../../vms/build.ts';
import type { Requirement } from '../../core/requirement.ts';
import type { Kernel } from '../../fetch/kernel.ts';
import type { BesideFiles } from '../../machine/beside.ts';
import type { EmitEvent } from '../../store/event.ts';
import type { Boot, Budget, Machine, MachineDescription } from '../../machine/contract.ts';

/** Options of a cell's machine. */
export interface MachineSpec {
  /** Its userland is the machine's root. */
  build?: DockerBuild;
  kernel?: Kernel;
  boot: Boot;
  budget: Budget;
  /** The needs of the programs that start beside the daemon. */
  beside?: readonly BesideFiles[];
  /** Directory of the host for the machine's logs. */
  directory: string;
  event: EmitEvent;
  /** Ends the making of a machine that takes minutes. */
  signal?: AbortSignal;
}

/** A kind of machine: what it needs, how many fit, how one is made, and what dead ones have left. */
export interface MachineKind {
  name: string;
  summary: string;
  requirements: () => Promise<Requirement[]>;
  /** Set when its machines boot a kernel of the cell's own: `kernel` is then a factor of every scenario. */
  boots?: true;
  /** Where the levels of `kernel` come from, when they are not those of the catalogue of kernels. */
  kernels?: {
    /** The level that is taken unless the user names others. */
    usual: string;
    /** @throws {UsageError} for a name that it does not know */
    find: (name: string) => Promise<Kernel>;
  };
  /** The place itself, before any machine is made. */
  describe: () => Promise<MachineDescription>;
  /** The number of cells of this size (bytes) that run side by side. */
  jobs: (memoryBytes: number) => number;
  /** The cells of all runs together that share the kernel of this host side by side; absent where each has a kernel of its own. */
  places?: () => number;
  /** Makes a machine. @throws {NotApplicableError} for what this kind does not support. */
  open: (spec: MachineSpec) => Promise<Machine>;
  /** Removes what dead runs left and the kernel does not clean up by itself; returns what it removed. */
  sweep: () => Promise<string[]>;
  /** Releases what it keeps between cells of a run. */
  release?: () => Promise<void>;
}

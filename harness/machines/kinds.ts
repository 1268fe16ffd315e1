import type { DockerBuild } from '../../vms/build.ts';
import type { Requirement } from '../requirement.ts';
import type { Kernel } from '../../vms/obtain/kernel.ts';
import { NotApplicableError } from '../errors.ts';
import type { Boot } from '../scenario.ts';
import type { BesideFiles } from './beside.ts';
import { containerKind } from './container/kind.ts';
import { describeHost } from './local/host.ts';
import { localJobs } from './local/jobs.ts';
import { openLocalMachine } from './local/local.ts';
import { localRequirements } from './local/requirements.ts';
import { sweepLocal } from './local/sweep.ts';
import { microvmKind } from './microvm/kind.ts';
import { vagrantKind } from './vagrant/kind.ts';
import type { Budget, Machine, MachineDescription } from './machine.ts';

/** What a cell's machine is made of. */
export interface MachineSpec {
  /** Its userland is the machine's root. */
  build?: DockerBuild;
  kernel?: Kernel;
  boot: Boot;
  budget: Budget;
  /** What the programs need that are going to be started beside the daemon. */
  beside?: readonly BesideFiles[];
  /** Directory of the host for the machine's logs. */
  directory: string;
  event: (what: string, data?: Record<string, unknown>) => void;
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
  /** How many cells of this size (bytes) run side by side. */
  jobs: (memoryBytes: number) => number;
  /** Makes a machine. @throws {NotApplicableError} for what this kind can't have. */
  open: (spec: MachineSpec) => Promise<Machine>;
  /** Removes what dead runs left and the kernel does not clean up by itself; returns what it removed. */
  sweep: () => Promise<string[]>;
  /** Lets go of what it keeps between cells of a run. */
  release?: () => Promise<void>;
}

/** Every kind that a scenario can run on. */
export const machineKinds: readonly MachineKind[] = [
  {
    name: 'local',
    summary: 'namespaces of its own on this kernel',
    requirements: localRequirements,
    describe: describeHost,
    jobs: localJobs,
    open: openLocal,
    sweep: sweepLocal,
  },
  containerKind,
  microvmKind,
  vagrantKind,
];

function openLocal({ build, kernel, budget }: MachineSpec): Promise<Machine> {
  if (build && !kernel) return openLocalMachine(build, budget);
  return Promise.reject(
    new NotApplicableError({
      doing: 'making a local cell',
      expected: 'a scenario of daemons: this kind of machine has the kernel of the host alone',
      happened: `the cell asks for the kernel ${kernel?.name ?? 'of a machine of its own'}`,
      hint: 'take --machine microvm, which boots any kernel',
    }),
  );
}

/** Two lines on what a kind of machine misses here and what to do; undefined when nothing is missing. */
export async function unmetRequirements({ name, requirements }: MachineKind): Promise<string | undefined> {
  const unmet = (await requirements()).filter(({ met }) => !met);
  if (unmet.length === 0) return undefined;
  const missing = unmet.map(({ what, found }) => `${what} (found: ${found})`).join('; ');
  return `The machine "${name}" can't run here; missing: ${missing}.\nWhat you can do: ${unmet.map(({ fix }) => fix).join('; ')}.`;
}

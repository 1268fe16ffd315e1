import type { DockerBuild } from '../../vms/build.ts';
import type { Requirement } from '../requirement.ts';
import { describeHost } from './local/host.ts';
import { localRequirements } from './local/requirements.ts';
import { localJobs, openLocalMachine } from './local/local.ts';
import { sweepLocal } from './local/sweep.ts';
import type { Budget, Machine, MachineDescription } from './machine.ts';

/** A kind of machine: what it needs, how many fit, how one is made, and what dead ones have left. */
export interface MachineKind {
  name: string;
  summary: string;
  requirements: () => Promise<Requirement[]>;
  /** The place itself, before any machine is made. */
  describe: () => Promise<MachineDescription>;
  /** How many cells of this size (bytes) run side by side. */
  jobs: (memoryBytes: number) => number;
  /** Makes a machine with the build's userland in it. */
  open: (build: DockerBuild, budget: Budget) => Promise<Machine>;
  /** Removes what dead runs left and the kernel does not clean up by itself; returns what it removed. */
  sweep: () => Promise<string[]>;
}

/** Every kind that a scenario can run on. */
export const machineKinds: readonly MachineKind[] = [
  {
    name: 'local',
    summary: 'namespaces of its own on this kernel',
    requirements: localRequirements,
    describe: describeHost,
    jobs: localJobs,
    open: openLocalMachine,
    sweep: sweepLocal,
  },
];

/** Two lines on what a kind of machine misses here and what to do; undefined when nothing is missing. */
export async function unmetRequirements({ name, requirements }: MachineKind): Promise<string | undefined> {
  const unmet = (await requirements()).filter(({ met }) => !met);
  if (unmet.length === 0) return undefined;
  const missing = unmet.map(({ what, found }) => `${what} (found: ${found})`).join('; ');
  return `The machine "${name}" can't run here; missing: ${missing}.\nWhat you can do: ${unmet.map(({ fix }) => fix).join('; ')}.`;
}

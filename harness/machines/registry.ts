import { NotApplicableError } from '../core/errors.ts';
import { containerKind } from './container/kind.ts';
import { describeHost } from './local/host.ts';
import { localJobs, localPlaces } from './local/jobs.ts';
import { openLocalMachine } from './local/local.ts';
import { localRequirements } from './local/requirements.ts';
import { sweepLocal } from './local/sweep.ts';
import { microvmKind } from './microvm/kind.ts';
import type { MachineKind, MachineSpec } from './shared/kind.ts';
import { vagrantKind } from './vagrant/kind.ts';
import type { Machine } from '../machine/contract.ts';

/** Every kind that a scenario can run on. */
export const machineKinds: readonly MachineKind[] = [
  {
    name: 'local',
    summary: 'namespaces of its own on this kernel',
    requirements: localRequirements,
    describe: describeHost,
    jobs: localJobs,
    places: localPlaces,
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
  return `The machine "${name}" cannot run here; missing: ${missing}.\nWhat you can do: ${unmet.map(({ fix }) => fix).join('; ')}.`;
}

import os from 'node:os';
import { listDockerBuilds } from '../../fetch/known-builds.ts';
import { listKernels } from '../../fetch/known-kernels.ts';
import type { MachineKind } from '../../machines/shared/kind.ts';
import type { HostRecord } from '../records.ts';

/** What a host can run, as `lab doctor` finds it. */
export type Abilities = Pick<HostRecord, 'cpus' | 'memoryBytes' | 'machines' | 'cached'>;

/** Looks at this host. */
export async function abilitiesOf(kinds: readonly MachineKind[], cache: string): Promise<Abilities> {
  return {
    cpus: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    machines: await Promise.all(kinds.map((kind) => machineOf(kind))),
    cached: await cachedIn(cache),
  };
}

async function machineOf(kind: MachineKind): Promise<HostRecord['machines'][number]> {
  const missing = (await kind.requirements()).filter(({ met }) => !met).map(({ what, found }) => ({ what, found }));
  return { kind: kind.name, missing, ...(missing.length === 0 && { description: await kind.describe() }) };
}

/** The builds and kernels of the catalogue that the cache has. */
export async function cachedIn(cache: string): Promise<Abilities['cached']> {
  const [builds, kernels] = await Promise.all([listDockerBuilds(cache), listKernels(cache)]);
  const namesOf = (known: readonly { name: string; cached?: unknown }[]) =>
    known.filter(({ cached }) => cached !== undefined).map(({ name }) => name);
  return { daemons: namesOf(builds), kernels: namesOf(kernels) };
}

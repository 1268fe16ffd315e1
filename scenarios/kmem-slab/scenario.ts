import { isBefore } from '../../harness/core/version.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { bootParameterAliases, bootParameters, parametersOf } from '../../harness/workloads/boot-parameters.ts';
import { kmemLevels, workloads } from '../../harness/workloads/memory-cgroups.ts';
import { judgeKmemSlab } from './judge.ts';
import { type KmemSlabObservations, observations } from './observations.ts';
import { observe, cgroups } from './protocol.ts';

/** Tests what removed cgroups leave in a kernel, without docker. */
export const kmemSlab: Scenario<KmemSlabObservations> = {
  name: 'kmem-slab',
  claim:
    'A memory cgroup that is removed stays in the kernel for as long as something is charged to it, and on 3.10 its copies of slab caches for good; ' +
    'which boot parameter stops that depends on what it is, and on the kernel.',
  references: ['opencontainers/runc#1725', 'moby/moby#29638'],
  needs: ['kernel'],
  machine: 'microvm',
  boot: (cell) => ({
    parameters: parametersOf(levelOf(cell, 'bootParameters')),
    cgroupVersion: levelOf(cell, 'cgroups') === 'v2' ? 2 : 1,
  }),
  factors: [
    {
      name: 'bootParameters',
      levels: Object.keys(bootParameters),
      defaults: ['none', 'nokmem', 'disable-memory'],
      aliases: bootParameterAliases,
    },
    // usual: v1 where the kernel has its memory controller, else v2.
    { name: 'cgroups', levels: ['usual', 'v2'], defaults: ['usual'] },
    // on: a limit of kernel memory is set, as runc does; before 4.5 that switches its accounting on.
    { name: 'kmem', levels: kmemLevels, defaults: ['on'] },
    { name: 'workload', levels: workloads, defaults: workloads.filter((one) => one !== 'shell') },
  ],
  notApplicable,
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 300 },
  sizes: { cgroups },
  observations,
  run: observe,
  judge: judgeKmemSlab,
};

/** cgroup v2, and kernel memory that is always accounted, came with the same version. */
const alwaysAccountedSince = '4.5';

function notApplicable(cell: Cell, release: string): string | undefined {
  const isOld = isBefore(release, alwaysAccountedSince);
  if (levelOf(cell, 'kmem') === 'off' && !isOld) {
    return `since ${alwaysAccountedSince} kernel memory is always accounted; bootParameters=nokmem switches that off`;
  }
  if (levelOf(cell, 'cgroups') === 'v2' && isOld) return `cgroup v2 came with ${alwaysAccountedSince}`;
  return undefined;
}

import { isBefore } from '../../harness/core/version.ts';
import type { Cell } from '../../harness/core/cell.ts';
import type { Boot } from '../../harness/machine/contract.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { bootParameters } from '../../harness/workloads/boot-parameters.ts';
import {
  cacheDisk,
  isWritten,
  needsDisk,
  type Workload,
  writtenDisk,
} from '../../harness/workloads/cgroup-workloads.ts';
import { judgeKmemSlab } from './judge.ts';
import { type KmemSlabObservations, observations } from './observations.ts';
import { observe, cgroups } from './protocol.ts';
import { factors, level } from './factors.ts';
import { projectCpus } from './cpu-projection.ts';

/** Tests what removed cgroups leave in a kernel, without docker. */
export const kmemSlab: Scenario<KmemSlabObservations> = {
  name: 'kmem-slab',
  claim:
    'A memory cgroup that is removed stays in the kernel for as long as something is charged to it, and on 3.10 its copies of slab caches for good; ' +
    'which boot parameter stops that depends on what it is, and on the kernel.',
  needs: ['kernel'],
  machine: 'microvm',
  boot: (cell) => ({
    parameters: bootParameters[level(cell, 'bootParameters')],
    cgroupVersion: level(cell, 'cgroups') === 'v2' ? 2 : 1,
    cpus: Number(level(cell, 'cpus')),
    ...diskOf(level(cell, 'workload')),
  }),
  factors,
  first: [
    { bootParameters: 'none', workload: 'kmem' },
    { bootParameters: 'none', workload: 'nothing' },
  ],
  notApplicable: (cell, release, { kind }) =>
    needsDisk(level(cell, 'workload')) && kind !== 'microvm'
      ? `the workload ${level(cell, 'workload')} needs a disk that the machine microvm has`
      : notApplicable(cell, release),
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 300 },
  sizes: { cgroups },
  observations,
  run: observe,
  judge: judgeKmemSlab,
  conclude: projectCpus,
};

function diskOf(workload: Workload): Pick<Boot, 'diskPages' | 'modules' | 'ext4'> {
  if (isWritten(workload)) return { modules: [writtenDisk[workload].module], ext4: true };
  return workload === 'file-cache' ? { diskPages: cacheDisk.pages } : {};
}

/** cgroup v2, and kernel memory that is always accounted, came with the same version. */
const alwaysAccountedSince = '4.5';

function notApplicable(cell: Cell, release: string): string | undefined {
  const isOld = isBefore(release, alwaysAccountedSince);
  if (level(cell, 'kmem') === 'off' && !isOld) {
    return `since ${alwaysAccountedSince} kernel memory is always accounted; bootParameters=nokmem switches that off`;
  }
  if (level(cell, 'cgroups') === 'v2' && isOld) return `cgroup v2 came with ${alwaysAccountedSince}`;
  return undefined;
}

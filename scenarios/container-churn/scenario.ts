import type { Scenario } from '../../harness/run/scenario.ts';
import { bootParameters } from '../../harness/workloads/boot-parameters.ts';
import { judgeContainerChurn } from './judge.ts';
import { type ContainerChurnObservations, observations } from './observations.ts';
import { containers, observe } from './protocol.ts';
import { factors, level } from './factors.ts';

/** Tests what removed containers leave in a kernel. */
export const containerChurn: Scenario<ContainerChurnObservations> = {
  name: 'container-churn',
  claim:
    'Each container that is run and removed leaves a dying memory cgroup in the kernel when something that was charged to it ' +
    'lives on, and on 3.10 copies of slab caches when runc has switched the accounting of kernel memory on; kernel, boot parameters, docker and limit decide whether.',
  needs: ['daemon', 'kernel'],
  machine: 'microvm',
  // One kernel: a cell takes an emulated CPU a minute, and with 6.1 beside it twelve took some nine.
  defaults: { daemon: ['20.10.24'], kernel: ['5.10'] },
  boot: (cell) => ({ parameters: bootParameters[level(cell, 'bootParameters')] }),
  factors,
  first: [
    { bootParameters: 'none', workload: 'kmem' },
    { bootParameters: 'nokmem', workload: 'kmem' },
  ],
  budget: { memoryBytes: 768 << 20, diskBytes: 256 << 20, seconds: 120 },
  sizes: { containers },
  observations,
  run: observe,
  judge: judgeContainerChurn,
};

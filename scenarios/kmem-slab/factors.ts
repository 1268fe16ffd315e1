import { levelNames, levelReader } from '../../harness/core/levels.ts';
import { bootParameterAliases, bootParameters } from '../../harness/workloads/boot-parameters.ts';
import { kmemLevels, needsDisk, workloads } from '../../harness/workloads/cgroup-workloads.ts';

/** The factors of kmem-slab. */
export const factors = [
  {
    name: 'bootParameters',
    levels: levelNames(bootParameters),
    defaults: ['none', 'nokmem', 'disable-memory'],
    aliases: bootParameterAliases,
  },
  // Per-CPU memory of a cgroup grows with them; on an emulator more than one is slow.
  { name: 'cpus', levels: ['1', '2', '4'], defaults: ['1'], unrecorded: '1' },
  // usual: v1 where the kernel has its memory controller, else v2.
  { name: 'cgroups', levels: ['usual', 'v2'], defaults: ['usual'] },
  // on: a limit of kernel memory is set, as runc does; before 4.5 that switches its accounting on.
  { name: 'kmem', levels: kmemLevels, defaults: ['on'], unrecorded: 'on' },
  { name: 'workload', levels: workloads, defaults: workloads.filter((one) => one !== 'shell' && !needsDisk(one)) },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

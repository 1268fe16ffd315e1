import { levelNames, levelReader } from '../../harness/core/levels.ts';
import { bootParameterAliases, bootParameters } from '../../harness/workloads/boot-parameters.ts';
import { containerLimits, containerWorkloads } from '../../harness/workloads/container-limits.ts';

/** The factors of container-churn. */
export const factors = [
  {
    name: 'bootParameters',
    levels: levelNames(bootParameters),
    defaults: ['none', 'nokmem'],
    aliases: bootParameterAliases,
  },
  // memory: what limited containers have in production, and on old kernels the condition of the leak.
  { name: 'limit', levels: levelNames(containerLimits), defaults: ['memory'], unrecorded: 'none' },
  { name: 'workload', levels: containerWorkloads },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

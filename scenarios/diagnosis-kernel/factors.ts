import { levelNames, levelReader } from '../../harness/core/levels.ts';

/** Words of the kernel's command line by level: the recommended fixes, and one of them as people misspell it. */
export const parameters = {
  none: [],
  nokmem: ['cgroup.memory=nokmem'],
  misspelt: ['cgroup.memory=nokmen'],
  'disable-memory': ['cgroup_disable=memory'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The factors of diagnosis-kernel. */
export const factors = [
  { name: 'parameter', levels: levelNames(parameters) },
  // What the processes of removed cgroups have left: nothing, pages of pipes, files on tmpfs.
  { name: 'workload', levels: ['nothing', 'kmem', 'page-cache'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

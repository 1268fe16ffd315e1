import type { MemoryCgroups } from './memory-cgroups.ts';

/**
 * The directory of the memory cgroup of a process; undefined when the kernel has no memory controller for it.
 *
 * @param text of its `/proc/PID/cgroup` (cgroups(7)): a line for each hierarchy, with its number, its controllers and the path
 */
export function memoryCgroupIn(text: string, { root, version }: MemoryCgroups): string | undefined {
  for (const line of text.split('\n')) {
    const [, controllers, path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined) continue;
    if (version === 2 ? controllers === '' : controllers.split(',').includes('memory')) return `${root}${path}`;
  }
  return undefined;
}

import { readCgroupLayout } from '../local/cgroup-layout.ts';
import { sweepCgroups } from '../local/cgroup-tree.ts';
import { sweepTemporary } from '../local/sweep-temporary.ts';
import { directoryPrefix } from './open.ts';

/**
 * Removes what dead runs left of their VMs: directories in the temporary directory, and empty cgroups. QEMU itself
 * ends with the run that started it.
 *
 * @returns the paths that were removed
 */
export async function sweepMicroVms(): Promise<string[]> {
  const swept = await sweepTemporary(directoryPrefix);
  // Where no cgroups are mounted, none were left.
  const layout = await readCgroupLayout().catch(() => undefined);
  return [...swept, ...(layout ? await sweepCgroups(layout.hierarchies) : [])];
}

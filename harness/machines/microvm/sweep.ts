import { readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readCgroupLayout } from '../local/cgroup-layout.ts';
import { sweepCgroups } from '../local/cgroup-tree.ts';
import { mayRemove, ownerState } from '../local/owner.ts';
import { directoryPrefix } from './open.ts';

/**
 * Removes what dead runs left of their VMs: directories in the temporary directory, and empty cgroups. QEMU itself
 * ends with the run that started it.
 *
 * @returns the paths that were removed
 */
export async function sweepMicroVms(): Promise<string[]> {
  const temporary = os.tmpdir();
  const swept: string[] = [];
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(directoryPrefix)) continue;
    // After the owner come the letters that made the name a new one.
    const owner = name.slice(directoryPrefix.length).replace(/-[^-]*$/, '');
    const directory = path.join(temporary, name);
    if (ownerState(owner) !== 'dead' || !(await mayRemove(directory))) continue;
    await rm(directory, { recursive: true, force: true });
    swept.push(directory);
  }
  // Where no cgroups are mounted, none were left.
  const layout = await readCgroupLayout().catch(() => undefined);
  return [...swept, ...(layout ? await sweepCgroups(layout.hierarchies) : [])];
}

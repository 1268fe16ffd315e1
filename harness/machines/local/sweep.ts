import { readCgroupLayout } from './cgroup-layout.ts';
import { sweepCgroups } from './cgroup-tree.ts';

/** Removes the empty cgroup directories of dead runs: all that a local cell can leave behind. */
export async function sweepLocal(): Promise<string[]> {
  return sweepCgroups((await readCgroupLayout()).hierarchies);
}

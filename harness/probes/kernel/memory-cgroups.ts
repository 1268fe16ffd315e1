import type { Machine } from '../../machine/contract.ts';
import { numberIn, readOutput, type Probe } from '../probe.ts';

/** Where a machine has its memory cgroups. */
export interface MemoryCgroups {
  /** Directory of the hierarchy's root. */
  root: string;
  version: 1 | 2;
}

/**
 * Memory cgroups that the kernel still has, beside the directories that exist: the rest is dying, held by what was
 * charged to it. On v1 the kernel counts them in `/proc/cgroups`, on v2 in `cgroup.stat` (cgroup-v2.rst).
 */
export const memoryCgroups: Probe<{ machine: Machine; cgroups: MemoryCgroups }> = {
  name: 'memory cgroups',
  metrics: [
    { metric: 'dying-cgroups', unit: 'cgroups', granularity: 1 },
    { metric: 'memory-cgroups', unit: 'cgroups', granularity: 1 },
  ],
  cost: 'none: counters of the kernel, and one look over the directories',
  async read(target) {
    const { root, version } = target.cgroups;
    const counted = version === 1 ? '/proc/cgroups' : `${root}/cgroup.stat`;
    const script = 'busybox cat "$0"; busybox echo "directories $(busybox find "$1" -type d | busybox wc -l)"';
    const text = await readOutput(target, 'memory cgroups', ['busybox', 'sh', '-c', script, counted, root]);
    return version === 1 ? countV1(text) : countV2(text);
  },
};

/** The columns of a v1 kernel's row are hierarchy, num_cgroups, enabled; one that is disabled counts only its root. */
export function countV1(text: string): Record<string, number> {
  const directories = numberIn(text, 'directories of cgroups', /^directories (\d+)$/m);
  const [, known, enabled] = /^memory\s+\d+\s+(\d+)\s+([01])$/m.exec(text) ?? [];
  if (enabled !== '1' || known === undefined) return { 'dying-cgroups': 0, 'memory-cgroups': 0 };
  return { 'dying-cgroups': Number(known) - directories, 'memory-cgroups': Number(known) };
}

/** Descendants that were removed and are not gone; of every controller, but only memory keeps them for long. */
export function countV2(text: string): Record<string, number> {
  const dying = numberIn(text, 'dying cgroups', /^nr_dying_descendants (\d+)$/m);
  return { 'dying-cgroups': dying, 'memory-cgroups': dying + numberIn(text, 'cgroups', /^directories (\d+)$/m) };
}

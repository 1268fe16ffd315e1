import { type Controller, controllers } from '../../core/cgroup-controllers.ts';
import type { Machine } from '../../machine/contract.ts';
import { numberIn, readOutput, type Probe } from '../probe.ts';

/** Where a machine has its memory cgroups. */
export interface MemoryCgroups {
  /** Directory of the hierarchy's root. */
  root: string;
  version: 1 | 2;
}

/**
 * Cgroups that the kernel still has, beside the directories that exist: the rest is dying, held by what was charged to it. On v1 the kernel
 * counts them in `/proc/cgroups`, by hierarchy; on v2 in `cgroup.stat` (cgroup-v2.rst), and by controller since 6.12. `memory-cgroups` are those of
 * memory alone.
 */
export const memoryCgroups: Probe<{ machine: Machine; cgroups: MemoryCgroups }> = {
  name: 'memory cgroups',
  metrics: [
    { metric: 'dying-cgroups', unit: 'cgroups', granularity: 1 },
    { metric: 'memory-cgroups', unit: 'cgroups', granularity: 1 },
    ...controllers.map(
      (name) => ({ metric: `dying-${name}`, unit: 'cgroups', granularity: 1, optional: true }) as const,
    ),
  ],
  // The cost of a reading: none: counters of the kernel, and one look over the directories.
  async read(target) {
    const { root, version } = target.cgroups;
    const words = ['busybox', 'sh', '-c', script, version === 2 ? root : ''];
    return countCgroups(await readOutput(target, 'memory cgroups', words));
  },
};

/**
 * The root of v2, if any, and one look over all hierarchies of v1, if any: each is mounted under the name of its controller, or has a link of that name. Kernels
 * since 6.12 may have memory on v2 alone, and other controllers on v1.
 */
const script = `
[ -z "$0" ] || { busybox cat "$0/cgroup.stat"; busybox echo "directories $(busybox find "$0" -type d | busybox wc -l)"; }
cd /sys/fs/cgroup || exit 0
[ -e cgroup.controllers ] || { busybox cat /proc/cgroups; busybox find */ -type d | busybox cut -d/ -f1 | busybox uniq -c; }`;

/** A container has a cgroup in each hierarchy, and one that is held is enough for it to be dying: the most count. */
export function countCgroups(text: string): Record<string, number> {
  const v1 = countV1(text);
  const dying = [...v1.values()].map((one) => one.dying);
  const byController = Object.fromEntries([...v1].map(([name, one]) => [`dying-${name}`, one.dying]));
  if (!/^nr_dying_descendants /m.test(text)) {
    if (v1.size === 0) throw new Error(`reading memory cgroups: no hierarchy in "${text.slice(0, 200)}"`);
    return { 'dying-cgroups': Math.max(...dying), 'memory-cgroups': v1.get('memory')?.known ?? 0, ...byController };
  }
  const v2 = countV2(text);
  return { ...v2, ...byController, 'dying-cgroups': Math.max(v2['dying-cgroups'] ?? 0, ...dying) };
}

/** A row of /proc/cgroups has name, hierarchy, num_cgroups, enabled; after them come the directories of each hierarchy, and its name. Hierarchy 0 is v2. */
function countV1(text: string): Map<Controller, { known: number; dying: number }> {
  const counts = new Map<Controller, { known: number; dying: number }>();
  for (const name of controllers) {
    const known = new RegExp(`^${name}\\s+[1-9]\\d*\\s+(\\d+)\\s+1$`, 'm').exec(text)?.[1];
    const directories = new RegExp(`^ *(\\d+) ${name}$`, 'm').exec(text)?.[1];
    if (known === undefined || directories === undefined) continue;
    counts.set(name, { known: Number(known), dying: Number(known) - Number(directories) });
  }
  return counts;
}

/** Descendants that were removed and are not gone: in all, and by controller where the kernel counts them so. */
function countV2(text: string): Record<string, number> {
  const dying = numberIn(text, 'dying cgroups', /^nr_dying_descendants (\d+)$/m);
  const byController = controllers.flatMap((name) => {
    const count = new RegExp(`^nr_dying_subsys_${name} (\\d+)$`, 'm').exec(text)?.[1];
    return count === undefined ? [] : [[`dying-${name}`, Number(count)] as const];
  });
  return {
    'dying-cgroups': dying,
    'memory-cgroups': dying + numberIn(text, 'cgroups', /^directories (\d+)$/m),
    ...Object.fromEntries(byController),
  };
}

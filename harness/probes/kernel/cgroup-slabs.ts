import type { CgroupSlabs } from '../../evidence/cgroup-slabs.ts';
import type { Machine } from '../../machine/contract.ts';
import { runInCgroup } from './in-cgroup.ts';
import type { MemoryCgroups } from './memory-cgroups.ts';
import { parseSlabCaches } from './slab-caches.ts';

/** On 3.10 reading it gives EIO where kernel memory is not accounted. */
const words =
  'busybox ls / >/dev/null; [ -e "$0/memory.kmem.slabinfo" ] && echo there && busybox cat "$0/memory.kmem.slabinfo" 2>/dev/null || echo refused';

/** Reads `memory.kmem.slabinfo` of a cgroup that is made for it. */
export async function readCgroupSlabs(
  machine: Machine,
  { root, version }: MemoryCgroups,
  kmem: 'on' | 'off',
): Promise<CgroupSlabs> {
  if (version === 2) return { state: 'absent' };
  return parseCgroupSlabs(await runInCgroup(machine, root, kmem, 'the slab caches of a cgroup', words));
}

/** See {@link readCgroupSlabs}; `there` stands before what the file says. */
export function parseCgroupSlabs(text: string): CgroupSlabs {
  if (!text.startsWith('there')) return { state: 'absent' };
  if (/^refused$/m.test(text)) return { state: 'refused' };
  const caches = parseSlabCaches(text);
  if (caches.length === 0) return { state: 'empty' };
  return { state: 'listed', caches: caches.length, bytes: caches.reduce((sum, { bytes }) => sum + bytes, 0) };
}

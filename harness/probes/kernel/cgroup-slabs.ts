import { z } from 'zod';
import type { Machine } from '../../machine/contract.ts';
import { runInCgroup } from './in-cgroup.ts';
import type { MemoryCgroups } from './memory-cgroups.ts';
import { parseSlabCaches } from './slab-caches.ts';

/** The figures of a memory cgroup of v1 about its own slab caches. */
export const cgroupSlabs = z.discriminatedUnion('state', [
  /** v2, or a kernel without kernel memory in its cgroups. */
  z.strictObject({ state: z.literal('absent') }),
  /** The file is there and lists nothing: since 5.9 cgroups share the caches. */
  z.strictObject({ state: z.literal('empty') }),
  /** Before 4.0 the file cannot be read where kernel memory is not accounted. */
  z.strictObject({ state: z.literal('refused') }),
  z.strictObject({ state: z.literal('listed'), caches: z.int(), bytes: z.int() }),
]);
export type CgroupSlabs = z.infer<typeof cgroupSlabs>;

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

/** For people. */
export function describeCgroupSlabs(seen: CgroupSlabs): string {
  if (seen.state === 'absent') return 'memory.kmem.slabinfo: there is none';
  if (seen.state === 'refused') return 'memory.kmem.slabinfo: cannot be read, kernel memory is not accounted';
  if (seen.state === 'empty') return 'memory.kmem.slabinfo: empty, cgroups share the slab caches';
  return `memory.kmem.slabinfo: ${seen.caches} caches of its own, ${seen.bytes.toLocaleString('en')} B`;
}

import { z } from 'zod';
import type { Machine } from '../../machines/machine.ts';
import { readOutput } from '../probe.ts';
import type { MemoryCgroups } from './memory-cgroups.ts';
import { parseSlabCaches } from './slab-caches.ts';

/** What a memory cgroup of v1 tells of its own slab caches. */
export const cgroupSlabs = z.discriminatedUnion('state', [
  /** v2, or a kernel without kernel memory in its cgroups. */
  z.strictObject({ state: z.literal('absent') }),
  /** The file is there and lists nothing: since 5.9 cgroups share the caches. */
  z.strictObject({ state: z.literal('empty') }),
  z.strictObject({ state: z.literal('listed'), caches: z.int(), bytes: z.int() }),
]);
export type CgroupSlabs = z.infer<typeof cgroupSlabs>;

/** A cgroup that lives as long as this takes; before 4.5 the limit is what switches its accounting on. */
const script = `
mkdir "$0/lab-slabs" || exit 1
echo 1073741824 2>/dev/null >"$0/lab-slabs/memory.kmem.limit_in_bytes"
busybox sh -c 'echo $$ >"$0/cgroup.procs" && busybox ls / >/dev/null && [ -e "$0/memory.kmem.slabinfo" ] && echo there && cat "$0/memory.kmem.slabinfo"' "$0/lab-slabs"
busybox rmdir "$0/lab-slabs"`;

/** Reads `memory.kmem.slabinfo` of a cgroup that is made for it. */
export async function readCgroupSlabs(machine: Machine, { root, version }: MemoryCgroups): Promise<CgroupSlabs> {
  if (version === 2) return { state: 'absent' };
  return parseCgroupSlabs(
    await readOutput({ machine }, 'the slab caches of a cgroup', ['busybox', 'sh', '-c', script, root]),
  );
}

/** See {@link readCgroupSlabs}; `there` stands before what the file says. */
export function parseCgroupSlabs(text: string): CgroupSlabs {
  if (!text.startsWith('there')) return { state: 'absent' };
  const caches = parseSlabCaches(text);
  if (caches.length === 0) return { state: 'empty' };
  return { state: 'listed', caches: caches.length, bytes: caches.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** For people. */
export function describeCgroupSlabs(seen: CgroupSlabs): string {
  if (seen.state === 'absent') return 'memory.kmem.slabinfo: there is none';
  if (seen.state === 'empty') return 'memory.kmem.slabinfo: empty, cgroups share the slab caches';
  return `memory.kmem.slabinfo: ${seen.caches} caches of its own, ${seen.bytes.toLocaleString('en')} B`;
}

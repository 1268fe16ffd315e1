import type { CgroupSlabs } from '../evidence/cgroup-slabs.ts';

/** A figure: what the slab caches of one cgroup are. */
export function describeCgroupSlabs(seen: CgroupSlabs): string {
  if (seen.state === 'absent') return 'memory.kmem.slabinfo: there is none';
  if (seen.state === 'refused') return 'memory.kmem.slabinfo: cannot be read, kernel memory is not accounted';
  if (seen.state === 'empty') return 'memory.kmem.slabinfo: empty, cgroups share the slab caches';
  return `memory.kmem.slabinfo: ${seen.caches} caches of its own, ${seen.bytes.toLocaleString('en')} B`;
}

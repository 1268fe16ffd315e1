import type { SlabCache } from '../../evidence/slab-growth.ts';
import type { Machine } from '../../machine/contract.ts';
import { readOutput } from '../probe.ts';
import { readSlabCopies } from './slab-copies.ts';

/** Bytes of a page (x86-64). */
const page = 4096;

/** Reads every slab cache, largest first: sizes from `/proc/slabinfo` (slabinfo(5)), which only root may read, copies from `/sys/kernel/slab`. */
export async function readSlabCaches(machine: Machine): Promise<SlabCache[]> {
  const caches = parseSlabCaches(await readOutput({ machine }, 'slab caches', ['cat', '/proc/slabinfo']));
  const copied = (await readSlabCopies(machine))?.caches;
  return caches.map((cache) => ({ ...cache, ...copied?.get(cache.name) }));
}

/**
 * The caches of a slabinfo. SLUB's `/proc/slabinfo` has the bytes of the copies for memory cgroups in the row of the cache that they are copied from
 * (seen on 3.10.0-514). A row of a copy, `dentry(12:c1)`, as `memory.kmem.slabinfo` may have it, counts to that cache as well.
 */
export function parseSlabCaches(text: string): SlabCache[] {
  const caches = new Map<string, SlabCache>();
  for (const line of text.split('\n')) {
    const row = /^(\S+)\s+\d+\s+\d+\s+\d+\s+\d+\s+(\d+) : tunables .* : slabdata\s+\d+\s+(\d+)/.exec(line);
    if (!row) continue;
    const [, whole = '', pagesPerSlab, slabs] = row;
    const name = whole.replace(/\(\d+:.*\)$/, '');
    const known = caches.get(name) ?? { name, copies: 0, bytes: 0 };
    if (name !== whole) known.copies++;
    known.bytes += Number(pagesPerSlab) * Number(slabs) * page;
    caches.set(name, known);
  }
  return [...caches.values()].toSorted((a, b) => b.bytes - a.bytes);
}

/** The caches that have grown between two readings, by at least a page or a copy; the largest growth first. */
export function slabGrowth(before: readonly SlabCache[], after: readonly SlabCache[]): SlabCache[] {
  const known = new Map(before.map((cache) => [cache.name, cache]));
  return after
    .map(({ name, copies, dangling = 0, bytes }) => {
      const old = known.get(name);
      const more = dangling - (old?.dangling ?? 0);
      return {
        name,
        copies: copies - (old?.copies ?? 0),
        ...(more > 0 && { dangling: more }),
        bytes: bytes - (old?.bytes ?? 0),
      };
    })
    .filter(({ bytes, copies }) => bytes >= page || copies > 0)
    .toSorted((a, b) => b.bytes - a.bytes);
}

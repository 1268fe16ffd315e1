import { z } from 'zod';
import type { Machine } from '../../machines/machine.ts';
import { readOutput } from '../probe.ts';

/** A slab cache, and what it takes. */
export const slabCache = z.strictObject({
  name: z.string(),
  /** How many caches of this name there are: old kernels copy a cache for each memory cgroup. */
  copies: z.int(),
  bytes: z.int(),
});
export type SlabCache = z.infer<typeof slabCache>;

/** Bytes of a page (x86-64). */
const page = 4096;

/** Reads every slab cache, largest first, from `/proc/slabinfo` (slabinfo(5)); only root may. */
export async function readSlabCaches(machine: Machine): Promise<SlabCache[]> {
  return parseSlabCaches(await readOutput({ machine }, 'slab caches', ['cat', '/proc/slabinfo']));
}

/**
 * The caches of a slabinfo. A copy for a memory cgroup is named after both, `dentry(12:c1)`, up to 5.8; it counts to the cache
 * that it is a copy of.
 */
export function parseSlabCaches(text: string): SlabCache[] {
  const caches = new Map<string, SlabCache>();
  for (const line of text.split('\n')) {
    const row = /^(\S+)\s+\d+\s+\d+\s+\d+\s+\d+\s+(\d+) : tunables .* : slabdata\s+\d+\s+(\d+)/.exec(line);
    if (!row) continue;
    const [, whole = '', pagesPerSlab, slabs] = row;
    const name = whole.replace(/\(\d+:.*\)$/, '');
    const known = caches.get(name) ?? { name, copies: 0, bytes: 0 };
    known.copies++;
    known.bytes += Number(pagesPerSlab) * Number(slabs) * page;
    caches.set(name, known);
  }
  return [...caches.values()].toSorted((a, b) => b.bytes - a.bytes);
}

/** What has grown from one look to another, most first, at least a page. */
export function slabGrowth(before: readonly SlabCache[], after: readonly SlabCache[]): SlabCache[] {
  const known = new Map(before.map((cache) => [cache.name, cache]));
  return after
    .map(({ name, copies, bytes }) => ({
      name,
      copies: copies - (known.get(name)?.copies ?? 0),
      bytes: bytes - (known.get(name)?.bytes ?? 0),
    }))
    .filter(({ bytes }) => bytes >= page)
    .toSorted((a, b) => b.bytes - a.bytes);
}

import { glob, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lockOf } from './cache.ts';
import { tryLock } from './lock.ts';

/** An entry of the cache that no run has used for some time. */
export interface UnusedEntry {
  /** Path below the cache, e.g. `userlands/bookworm`. */
  entry: string;
  lastUse: Date;
}

/**
 * The entries of a cache that no run has used since then, the oldest first. Another version of the lab, of Node or of a docker has entries of its
 * own, and nothing else would ever remove the old ones.
 */
export async function unusedEntries(cache: string, since: Date): Promise<UnusedEntry[]> {
  const found: UnusedEntry[] = [];
  for await (const file of glob('*/*/manifest.json', { cwd: cache, exclude: ['staging/**'] })) {
    const entry = dirname(file);
    const { mtime } = await lstat(join(cache, file));
    // What a link leads to is not the cache's.
    const isOwn = (await lstat(join(cache, entry))).isDirectory();
    if (isOwn && mtime < since) found.push({ entry, lastUse: mtime });
  }
  return found.toSorted((one, other) => one.lastUse.getTime() - other.lastUse.getTime());
}

/** Removes an entry; not one that another run is making. Its lock stays, as others may wait for it. @returns whether it did */
export async function removeEntry(cache: string, entry: string): Promise<boolean> {
  await using held = await tryLock(lockOf(cache, entry));
  if (held === undefined) return false;
  // The manifest goes first: what is left when this is interrupted is no entry any more, and is made again.
  await rm(join(cache, entry, 'manifest.json'), { force: true });
  await rm(join(cache, entry), { recursive: true, force: true });
  return true;
}

import { readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { scratch } from '../../test/support/scratch.ts';
import { fetchOnce, lockOf } from './cache.ts';
import { silently } from './fixtures.ts';
import { tryLock } from './lock.ts';
import { cacheVersion } from './manifest.ts';
import { removeEntry, unusedEntries } from './prune-cache.ts';

const schema = z.strictObject({ version: z.literal(cacheVersion) });

async function fetchThing(cache: string, entry: string): Promise<string> {
  const make = async (directory: string) => {
    await writeFile(join(directory, 'content'), 'x');
    return { version: cacheVersion } as const;
  };
  const made = await fetchOnce({ entry, what: 'the thing', megabytes: 1, schema, make }, silently(cache));
  return made.directory;
}

const longAgo = new Date('2026-01-02T03:04:05Z');
const since = new Date('2026-02-01T00:00:00Z');

test('entries that no run has used go; one that is found again is used, and links lead to nothing of the cache', async (t) => {
  const cache = scratch(t);
  for (const entry of ['things/old', 'things/used', 'things/new']) {
    const directory = await fetchThing(cache, entry);
    if (entry !== 'things/new') utimesSync(join(directory, 'manifest.json'), longAgo, longAgo);
  }
  await fetchThing(cache, 'things/used');
  symlinkSync(join(cache, 'things/old'), join(cache, 'things/link'));
  t.deepEqual(await unusedEntries(cache, since), [{ entry: 'things/old', lastUse: longAgo }]);
  t.true(await removeEntry(cache, 'things/old'));
  t.deepEqual(readdirSync(join(cache, 'things')).toSorted(), ['link', 'new', 'used']);
  t.deepEqual(await unusedEntries(cache, since), []);
});

test('an entry that another run is making stays', async (t) => {
  const cache = scratch(t);
  await fetchThing(cache, 'things/thing');
  await using held = await tryLock(lockOf(cache, 'things/thing'));
  t.not(held, undefined);
  t.false(await removeEntry(cache, 'things/thing'));
  t.deepEqual(readdirSync(join(cache, 'things/thing')).toSorted(), ['content', 'manifest.json']);
});

test('where there is no cache, nothing is unused', async (t) => {
  t.deepEqual(await unusedEntries(join(scratch(t), 'none'), since), []);
});

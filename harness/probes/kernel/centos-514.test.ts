import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { parseMemory } from './kernel-memory.ts';
import { countCgroups } from './memory-cgroups.ts';
import { parseSlabCaches, slabGrowth } from './slab-caches.ts';

/** Files of a real CentOS 3.10.0-514 before and after 60 cgroups came and went, which kept 60 files each with their kernel memory accounted. */
const read = (name: string) => readFileSync(path.join(import.meta.dirname, 'testing/3.10.0-514', name), 'utf8');

test('its meminfo has no Percpu, and 82 KB of unreclaimable slabs more for each cgroup', (t) => {
  const [before, after] = [parseMemory(read('before-meminfo')), parseMemory(read('after-meminfo'))];
  t.is(before['percpu'], undefined);
  t.is(after['unreclaimable'], after['slab-unreclaimable']);
  t.is(Math.round(((after['unreclaimable'] ?? 0) - (before['unreclaimable'] ?? 0)) / 60), 81_783);
});

test('none of the removed cgroups is counted as dying', (t) => {
  t.deepEqual(countCgroups(`${read('after-cgroups')}      1 memory\n`), {
    'dying-cgroups': 0,
    'memory-cgroups': 1,
    'dying-memory': 0,
  });
});

test('its slabinfo adds the copies to the caches that they are copied from, and shows none', (t) => {
  const growth = slabGrowth(parseSlabCaches(read('before-slabinfo')), parseSlabCaches(read('after-slabinfo')));
  t.deepEqual(
    growth.slice(0, 3).map(({ name, copies }) => [name, copies]),
    [
      ['shmem_inode_cache', 0],
      ['sysfs_dir_cache', 0],
      ['dentry', 0],
    ],
  );
});

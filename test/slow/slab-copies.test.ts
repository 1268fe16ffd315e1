import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { readSlabCopies } from '../../harness/probes/kernel/slab-copies.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchKit } from '../../harness/fetch/kit.ts';
import { fakeMachine } from '../support/fake-machine.ts';
import { scratch } from '../support/scratch.ts';

/** A machine that runs the guests' busybox on this host. */
async function busyboxMachine() {
  const { root } = await fetchKit('guest', quietly());
  const PATH = path.join(root, 'usr/bin');
  return {
    ...fakeMachine(),
    run: async (command: readonly string[]) => {
      const [program = '', ...words] = command;
      const { stdout, stderr } = await promisify(execFile)(program, words, { env: { PATH } });
      return { command: command.join(' '), stdout, stderr, exitCode: 0, timedOut: false };
    },
  };
}

/** Directories and links as 3.10.0-514 has them after some cgroups; a slash at the end is a directory. */
function layOut(root: string, entries: readonly string[]): string {
  for (const entry of entries) {
    const [name = '', target] = entry.split(' -> ');
    if (target === undefined) mkdirSync(path.join(root, name), { recursive: true });
    else symlinkSync(target, path.join(root, name));
  }
  return root;
}

test('3.10: copies that are there, links to copies that are gone, and the ids in both names', async (t) => {
  const root = layOut(scratch(t), [
    ':at-0000192/',
    'dentry -> :at-0000192',
    ':at-0000192-00000000/',
    ':at-0000192-00000011/',
    'dentry(0:c0) -> :at-0000192-00000000',
    'dentry(11:a name with spaces) -> :at-0000192-00000011',
    'dentry(0:c1) -> :at-0000192-00000000',
    ':t-0000960/',
    'RAW(0:c0) -> :t-0000960-00000000',
    'RAW(7:c7) -> :t-0000960-00000007',
    'shmem_inode_cache/',
    'shmem_inode_cache(11:c11)/',
    'kmalloc-64/',
    'bio-12/',
  ]);
  const { caches, ...seen } = (await readSlabCopies(await busyboxMachine(), root)) ?? {};
  t.deepEqual(seen, { ids: 3, copies: 3, dangling: 2 });
  t.deepEqual(Object.fromEntries(caches ?? []), {
    RAW: { copies: 0, dangling: 2 },
    dentry: { copies: 3, dangling: 0 },
    shmem_inode_cache: { copies: 1, dangling: 0 },
  });
});

test('4.4 to 5.8: copies are in a directory of their cache', async (t) => {
  const root = layOut(scratch(t), [
    ':at-0000192/cgroup/dentry(104:c1)/',
    ':at-0000192/cgroup/dentry(105:c2)/',
    'filp/cgroup/filp(105:c2)/',
    'empty/cgroup/',
  ]);
  const { ids, copies, dangling } = (await readSlabCopies(await busyboxMachine(), root)) ?? {};
  t.deepEqual([ids, copies, dangling], [2, 3, 0]);
});

test('a later kernel has none, and one without the directory says nothing', async (t) => {
  const machine = await busyboxMachine();
  const root = layOut(scratch(t), [':A-0000192/', 'dentry -> :A-0000192', 'kmalloc-rnd-01-128/']);
  t.deepEqual(await readSlabCopies(machine, root), { ids: 0, copies: 0, dangling: 0, caches: new Map() });
  t.is(await readSlabCopies(machine, path.join(root, 'nothing')), undefined);
});

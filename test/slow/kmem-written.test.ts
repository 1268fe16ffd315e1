import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { assertStored } from '../support/stored-run.ts';

// The smallest set that tells an inode from a loop device; each cell boots a guest of its own. 30 cgroups a cell are as few as the judge accepts.
test('kmem-slab: an inode holds cgroups on 5.10, a loop device holds their io on 6.12', async (t) => {
  t.timeout(15 * 60_000);
  const out = scratch(t);
  const cells = 'bootParameters=none,workload=file-written,loop-written,cgroups=v2';
  const words = [
    '--kernel',
    '5.10',
    '--kernel',
    '6.12',
    '--only',
    cells,
    '--size',
    'cgroups=90',
    '--verbose',
    '--out',
    out,
  ];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'kmem-slab', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  const row = (levels: string, observed: string) =>
    t.regex(stdout, new RegExp(`^ ${levels} +${observed} +✔ as expected`, 'm'));
  const none = String.raw`not present +no-leak: -?0\.0\d\d dying cgroups, .* unreclaimable bytes per cgroup`;
  const leak = String.raw`reproduced +leak: 1\.000 dying cgroups, .* unreclaimable bytes per cgroup`;
  // This kernel does not count by controller on v2.
  row('5.10 +file-written', leak);
  row('5.10 +loop-written', leak);
  // The control: the same writes to a RAM disk, by an inode that moves to the parent.
  row('6.12 +file-written', none);
  row('6.12 +loop-written', `${leak} · held by io`);
  t.regex(stdout, /^ {2}dying by controller: io \d+$/m);
});

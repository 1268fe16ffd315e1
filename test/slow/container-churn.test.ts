import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { assertStored } from '../support/stored-run.ts';

test.serial(
  'container-churn on 5.10: what a container leaves in a pipe holds its cgroup, nokmem heals it',
  async (t) => {
    t.timeout(20 * 60_000);
    const cells = 'bootParameters=none,nokmem,workload=kmem';
    const out = scratch(t);
    const words = ['scenario', 'container-churn', '--kernel', '5.10', '--only', cells, '--verbose', '--out', out];
    const { exitCode, stdout, stderr } = await cli(words);
    t.is(exitCode, 0, stdout + stderr);
    assertStored(t, out);
    t.regex(stdout, /^ none +reproduced +leak: 1\.000 dying cgroups per container · held by memory +✔ as expected/m);
    t.regex(stdout, /^ nokmem +not present +no-leak: -?0\.\d\d\d dying cgroups per container +✔ as expected/m);
    // Dropping caches does not heal the leak. Since containers have a limit of memory (measured on
    // 5.10.223: 0.12 cgroups each under nokmem, all given back), page cache may hold one cgroup of eight: 0 or 13 %.
    const kmem = stdout.slice(stdout.indexOf('bootParameters=none/limit=memory/workload=kmem\n'));
    t.regex(kmem, /^ {2}drop_caches gives back (?:0|13) % of the cgroups/m);
    t.regex(stdout, /removing the holders gives back 100 % of the cgroups/);
  },
);

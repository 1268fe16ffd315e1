import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

test.serial(
  'container-churn on 5.10: what a container leaves in a pipe holds its cgroup, nokmem heals it',
  async (t) => {
    t.timeout(10 * 60_000);
    const cells = 'bootParameters=none,nokmem,workload=kmem';
    const words = ['scenario', 'container-churn', '--kernel', '5.10', '--only', cells, '--out', scratch(t)];
    const { exitCode, stdout, stderr } = await cli(words);
    t.is(exitCode, 0, stdout + stderr);
    t.regex(stdout, /^ none +leak: 1\.00 cgroups each +leak +✔ as expected/m);
    t.regex(stdout, /^ nokmem +no-leak: -?0\.\d\d cgroups each +no-leak +✔ as expected/m);
    t.regex(stdout, /drop_caches gives back 0 % of the cgroups/);
    t.regex(stdout, /removing the holders gives back 100 % of the cgroups/);
  },
);

import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test.serial('kmem-slab on 5.10: kernel memory holds a cgroup, nokmem heals it', async (t) => {
  t.timeout(4 * 60_000);
  const cells = 'bootParameters=none,nokmem,workload=kmem,nothing';
  const out = scratch(t);
  const words = ['scenario', 'kmem-slab', '--kernel', '5.10', '--only', cells, '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  const row = (levels: string, observed: string) =>
    t.regex(stdout, new RegExp(`^ ${levels} +${observed} cgroups, .* B each .*✔ as expected`, 'm'));
  row('none +kmem', 'leak: 1.000');
  row('none +nothing', 'no-leak: -?0.000');
  row('nokmem +kmem', 'no-leak: -?0.000');
  row('nokmem +nothing', 'no-leak: -?0.000');
  t.regex(stdout, /drop_caches gives back 0 % of the cgroups/);
  t.regex(stdout, /removing the holders gives back 100 % of the cgroups/);
});

test.serial('boot-parameter: what is effective, and a typo that only the command line knows', async (t) => {
  t.timeout(4 * 60_000);
  const cells = 'parameter=nokmem,typo';
  const out = scratch(t);
  const words = ['scenario', 'boot-parameter', '--kernel', '6.1', '--only', cells, '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  t.regex(stdout, /^ nokmem +effective +the same +✔ as expected/m);
  t.regex(stdout, /^ typo +ignored +the same +✔ as expected/m);
  t.regex(
    stdout,
    /image: not known\. the image has no string "nokmen"\n {2}\/proc\/cmdline: there\. .*cgroup\.memory=nokmen\n {2}effect: none\./,
  );
});

import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test.serial('kmem-slab on 5.10: kernel memory holds a cgroup, nokmem heals it', async (t) => {
  t.timeout(12 * 60_000);
  const cells = 'bootParameters=none,nokmem,workload=kmem,file-cache,nothing';
  const out = scratch(t);
  const words = ['scenario', 'kmem-slab', '--kernel', '5.10', '--only', cells, '--verbose', '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  const row = (levels: string, observed: string) =>
    t.regex(
      stdout,
      new RegExp(`^ ${levels} +${observed} dying cgroups, .* unreclaimable bytes per cgroup .*✔ as expected`, 'm'),
    );
  row('none +kmem', 'reproduced +leak: 1.000');
  t.regex(stdout, /^ none +kmem +reproduced +leak: .* per cgroup · held by memory +✔ as expected/m);
  t.regex(stdout, /^ {2}dying by controller: memory \d+$/m);
  row('none +nothing', 'not present +no-leak: -?0.000');
  row('nokmem +kmem', 'not present +no-leak: -?0.000');
  row('nokmem +nothing', 'not present +no-leak: -?0.000');
  t.regex(stdout, /drop_caches gives back 0 % of the cgroups/);
  row('none +file-cache', 'reproduced +leak: 1.000');
  t.regex(stdout, /drop_caches gives back 100 % of the cgroups/);
  t.regex(stdout, /removing the holders gives back 100 % of the cgroups/);
});

test.serial('boot-parameter: what is effective, and a typo that only the command line knows', async (t) => {
  t.timeout(12 * 60_000);
  const cells = 'parameter=nokmem,typo';
  const out = scratch(t);
  const words = ['scenario', 'boot-parameter', '--kernel', '6.1', '--only', cells, '--verbose', '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  t.regex(stdout, /^ nokmem +not present +effective +✔ as expected/m);
  t.regex(stdout, /^ typo +reproduced +ignored +✔ as expected/m);
  t.regex(
    stdout,
    /image: not known\. the image has no string "nokmen"\n {2}\/proc\/cmdline: there\. .*cgroup\.memory=nokmen\n {2}effect: none\./,
  );
});

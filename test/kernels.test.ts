import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { cpio } from '../harness/machines/microvm/cpio.ts';
import { cacheDirectory, quietly } from '../harness/fetch/cache.ts';
import { fetchKernel } from '../harness/fetch/kernel.ts';
import { makeRpm } from '../harness/fetch/packages/fixtures.ts';
import { cli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

const fetching = quietly();

test.serial("lab kernel inspect: what Debian's kernels really know", async (t) => {
  for (const name of ['5.10', '6.1']) {
    const { stdout, exitCode } = await quickCli(['lab', 'kernel', 'inspect', name]);
    t.is(exitCode, 0);
    t.regex(stdout, /^ cgroup\.memory=nokmem +✔ yes +the image has the string "nokmem" at 0x[0-9a-f]+/m);
    t.regex(stdout, /^ cgroup\.memory=nobpf +✘ no +the image has no string "nobpf"/m);
  }
  t.is((await quickCli(['lab', 'kernel', 'inspect', '6.1', 'cgroup.memory=nokmem'])).exitCode, 0);
  const typo = await quickCli(['lab', 'kernel', 'inspect', '6.1', 'cgroup.memory=nokmen']);
  t.is(typo.exitCode, 1);
  t.regex(typo.stdout, /is ignored in silence, and stands in \/proc\/cmdline all the same/);
});

test.serial("a kernel from an RPM of the user's boots, by its release", async (t) => {
  const { image, release } = await fetchKernel('5.10', fetching);
  const directory = scratch(t);
  const file = path.join(directory, 'kernel-of-the-user.rpm');
  const payload = cpio([
    { path: `boot/vmlinuz-${release}`, kind: 'file', mode: 0o755, content: readFileSync(image) },
    { path: `lib/modules/${release}/modules.builtin`, kind: 'file', mode: 0o644, content: Buffer.from('') },
  ]);
  const facts = { name: 'kernel', version: '5.10.0', release: '1.test', architecture: 'x86_64' };
  writeFileSync(file, makeRpm(facts, gzipSync(payload, { level: 1 })));
  const only = ['--only', 'parameter=nokmem'];
  const env = { DOCKERD_LEAK_LAB_CACHE: cacheDirectory() };
  const { stdout, exitCode, stderr } = await cli(
    ['scenario', 'boot-parameter', '--kernel', file, ...only, '--out', directory],
    env,
  );
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, new RegExp(`^1 cell: 1 ✔ as expected`, 'm'));
  t.true(stdout.includes(release), stdout);
  t.is((await quickCli(['lab', 'kernel', 'inspect', file, 'cgroup.memory=nokmem'], env)).exitCode, 0);
});

test.serial('a kernel whose vault is out of reach says how to bring it', async (t) => {
  const directory = scratch(t);
  mkdirSync(path.join(directory, 'cache'));
  const words = ['scenario', 'kmem-slab', '--kernel', '3.10.0-514', '--only', 'workload=kmem,bootParameters=none'];
  const { stdout, exitCode } = await cli([...words, '--out', directory], {
    DOCKERD_LEAK_LAB_CENTOS_VAULT: 'http://127.0.0.1:59999/vault',
  });
  t.is(exitCode, 3);
  t.regex(stdout, /fetching the kernel 3\.10\.0-514: connect ECONNREFUSED 127\.0\.0\.1:59999/);
  t.regex(
    stdout,
    /expected: its package from http:\/\/127\.0\.0\.1:59999\/vault\/7\.3\.1611\/os\/x86_64\/Packages\/kernel-3\.10\.0-514\.el7\.x86_64\.rpm/,
  );
  t.regex(stdout, /what you can do: bring the kernel 3\.10\.0-514 as --kernel kernel-3\.10\.0-514\.el7\.x86_64\.rpm/);
});

test.serial('lab kernels lists what is known, and what for', async (t) => {
  const { stdout } = await quickCli(['lab', 'kernels']);
  t.regex(
    stdout,
    /^ 3\.10\.0-514 +CentOS 7\.3: .*nokmem is ignored in silence .* vault\.centos\.org, kernel-3\.10\.0-514\.el7\.x86_64\.rpm/m,
  );
  t.regex(stdout, /^ 5\.10 .* Debian bullseye, linux-image-cloud-amd64 +5\.10\.0-\d+-cloud-amd64/m);
});

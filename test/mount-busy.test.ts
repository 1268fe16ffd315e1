import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test('mount-busy: another namespace has a copy of a container’s mounts, and docker rm succeeds all the same', async (t) => {
  const out = scratch(t);
  const words = ['scenario', 'mount-busy', '--daemon', '20.10.24', '--verbose', '--out', out];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  for (const levels of ['unset +none', 'unset +another-namespace', 'slave +none', 'slave +another-namespace'])
    t.regex(stdout, new RegExp(`^ ${levels} +not present +removed +✔ as expected`, 'm'));
  t.regex(stdout, /in the other namespace: \/var\/lib\/docker\/overlay2\/\w+\/merged, gone when it was removed/);
  t.is(stdout.match(/in the other namespace: /g)?.length, 1, 'with MountFlags=slave no other namespace sees the mount');
  assertStored(t, out);
});

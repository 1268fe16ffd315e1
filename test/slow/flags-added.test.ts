import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { assertStored } from '../support/stored-run.ts';

test('MountFlags that are added: beside a containerd with a unit of its own a container from before starts again, and then loses its namespace', async (t) => {
  t.timeout(9 * 60_000);
  const out = scratch(t);
  const only = 'starts=flags-added,containerd=managed,unit,mountFlags=slave,liveRestore=on';
  const words = ['--daemon', '20.10.24', '--only', only, '--size', 'containers=1', '--out', out];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'netns-restore', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  t.regex(stdout, /^ managed +reproduced +netns lost 1\/1 · stats: 1 zeroed · duplicate-ip +✔ as expected/m);
  t.regex(stdout, /^ unit +reproduced +netns lost 1\/1 · stats: 1 zeroed · next container not started +✔ as expected/m);
});

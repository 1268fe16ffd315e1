import test from 'ava';
import { cli, scratch } from '../support/cli.ts';

test.serial('a docker in a micro VM: slave loses the namespaces on 6.1, unset keeps them', async (t) => {
  t.timeout(10 * 60_000);
  const cells = 'mountFlags=slave,unset,liveRestore=on,starts=restarted';
  const words = ['scenario', 'netns-restore', '--machine', 'microvm', '--kernel', '6.1', '--daemon', '20.10.24'];
  const { exitCode, stdout, stderr } = await cli([...words, '--only', cells, '--out', scratch(t)]);
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, /^ slave +netns lost 3\/3 · stats: 3 zeroed · duplicate-ip +the same +✔ as expected/m);
  t.regex(stdout, /^ unset +netns kept · stats: 3 values +the same +✔ as expected/m);
});

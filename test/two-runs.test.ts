import { readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';

test('two runs at once on a cold cache: one fetches, the other waits for it, both come to their verdicts', async (t) => {
  t.timeout(15 * 60_000);
  const out = scratch(t);
  const env = { DOCKERD_LEAK_LAB_CACHE: path.join(scratch(t), 'cache') };
  const only = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];
  const words = ['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...only];
  const runs = await Promise.all([cli(words, env), cli(words, env)]);
  for (const { exitCode, stdout, stderr } of runs) {
    t.is(exitCode, 0, stdout + stderr);
    t.true(stdout.includes('1 cell: 1 ✔ as expected'));
  }
  const downloading = runs.filter(({ stdout }) => /downloading \d+ packages/.test(stdout));
  const waiting = runs.filter(({ stdout }) => stdout.includes('waiting for another run that is fetching'));
  t.is(downloading.length, 1);
  t.is(waiting.length, 1);
  t.is(readdirSync(path.join(out, 'netns-restore')).filter((name) => name !== 'latest').length, 2);
});

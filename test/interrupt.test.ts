import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { startCli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

const oneCell = ['--only', 'mountFlags=slave,liveRestore=on,starts=restarted'];

/** Starts a run and waits until it has said something. */
async function startUntil(t: ExecutionContext, words: string[], said: RegExp) {
  const out = scratch(t);
  const run = startCli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...oneCell, ...words]);
  let output = '';
  let ended = false;
  void run.then(() => (ended = true));
  t.teardown(() => run.kill('SIGTERM'));
  run.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!said.test(output) && !ended) await sleep(20);
  return { run, out, said: output };
}

test.serial('SIGTERM ends the cells cleanly; what was never finished is shown as that', async (t) => {
  const out = scratch(t);
  const run = startCli(['scenario', 'netns-restore', '--daemon', '20.10.24', '--out', out, ...oneCell]);
  const begun = async () => (await quickCli(['lab', 'show', '--out', out])).stdout.includes('! not finished');
  while (!(await begun())) await sleep(50);
  run.kill('SIGTERM');
  const { exitCode, stdout } = await run;
  t.is(exitCode, 143, stdout);
  t.regex(stdout, /^1 cell: 1 ! not finished · .*, interrupted, \d+ side by side/m);
  t.is((await quickCli(['lab', 'show', '--out', out])).exitCode, 3, 'what was not finished never looks like a pass');
});

test.serial('--keep holds a cell after its verdict, says how to enter it, and ends with Ctrl-C', async (t) => {
  const { run, said } = await startUntil(t, ['--keep'], /--root.*\n/);
  t.regex(said, /observed: netns lost 3\/3 · stats: 3 zeroed · duplicate-ip/);
  const enter = /^ +(nsenter .*)$/m.exec(said)?.[1] ?? '';
  const inside = await execa('sh', ['-c', `${enter} -c 'busybox cat /run/docker.pid && busybox hostname'`], {
    reject: false,
  });
  t.regex(inside.stdout, /^\d+\n?cell$/, inside.stderr);
  run.kill('SIGINT');
  const { exitCode, stdout } = await run;
  t.is(exitCode, 0, stdout);
  t.regex(stdout, /^1 cell: 1 ✔ as expected/m);
});

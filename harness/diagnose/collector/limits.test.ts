import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { scratch } from '../../../test/support/scratch.ts';
import { quietly } from '../../fetch/cache.ts';
import { fetchKit, programOf } from '../../fetch/kit.ts';
import { evidenceOf } from '../bundle/parse-bundle.ts';
import { readBundle } from '../bundle/read-bundle.ts';
import { collectorFile } from '../collect.ts';
import { collector, evidenceIn, patiently, testAsRoot } from './testing/run-collector.ts';

// What ends a collection early, or cuts it. One after the other, as in collector.test.ts.
testAsRoot('a full disk: it says so, and leaves nothing', async (t) => {
  const directory = scratch(t);
  const script = `mount -t tmpfs -o size=64k tmpfs "$0" && sh -c '${patiently}' "$1" --samples 1 --output "$0/bundle.tar"; code=$?; ls -A "$0"; exit $code`;
  const words = ['--mount', 'sh', '-c', script, directory, collectorFile];
  const { exitCode, stdout, stderr } = await execa('unshare', words, { reject: false });
  t.deepEqual([exitCode, stdout], [64, '']);
  t.is(stderr.split('\n').at(-1), `collect.sh: cannot write to ${directory}/bundle.tar.partial: is the disk full?`);
});

test.serial('what does not fit in its time is skipped, and the bundle says so', async (t) => {
  const bundle = path.join(scratch(t), 'bundle.tar');
  // Its clock goes on 40 s when it has taken the first of the evidence about the host.
  const script = `date() { [ -e "${bundle}.partial/host/uname" ] && set -- -d "@$(($(command date +%s) + 40))" "$@"; command date "$@"; }; . "$0"`;
  const { stdout } = await execa('sh', ['-c', script, collectorFile, '--samples', '1', '--output', bundle]);
  const { items } = evidenceOf(await readBundle(bundle));
  const after = items.slice(items.findIndex(({ file }) => file === 'host/uname') + 1);
  t.true(after.length > 20);
  t.deepEqual(new Set(after.map(({ status }) => status)), new Set(['skipped']));
  t.regex(stdout, /^ {2}skipped:\n {4}host\/os-release: distribution$/m);
});

test.serial('a log of 2 GB: its last 50 MB are read', async (t) => {
  const directory = scratch(t);
  const [log, bundle] = [path.join(directory, 'log'), path.join(directory, 'bundle.tar')];
  await writeFile(log, '');
  await truncate(log, 2 ** 31);
  const line = (number: number) =>
    `time="2026-01-01T00:00:00.${number}Z" level=error msg="collecting stats for ${'a'.repeat(64)}: sandbox not found"\n`;
  const count = 450_000;
  await appendFile(log, `\n${Array.from({ length: count }, (_, number) => line(1_000_000 + number)).join('')}`);
  t.is((await collector(['sh'], ['--samples', '1', '--log', log, '--output', bundle])).code, 0);
  const [pattern] = (await evidenceIn(t, bundle)).logs.daemon?.patterns ?? [];
  t.is(pattern?.last, `2026-01-01T00:00:00.${1_000_000 + count - 1}Z`);
  t.is(pattern?.count, Math.floor(50_000_000 / line(1_000_000).length));
});

test.serial('interrupted: nothing stays behind', async (t) => {
  const directory = scratch(t);
  const bundle = path.join(directory, 'bundle.tar');
  const child = spawn('sh', [collectorFile, '--interval', '1h', '--output', bundle], { stdio: 'ignore' });
  while (!existsSync(`${bundle}.partial/samples/1/time`)) await pause(20);
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'exit');
  t.deepEqual([code, signal], [143, null]);
  t.deepEqual(await readdir(directory), []);
});

test.serial('interrupted, and an item is written while it removes its directory: nothing stays behind', async (t) => {
  const directory = scratch(t);
  const bundle = path.join(directory, 'bundle.tar');
  // As rm(1) ends when a file has come after it has read the directory.
  const script = `rm() { if [ "$1" = -rf ] && [ -z "$late" ]; then late=yes; return 1; fi; command rm "$@"; }; . "$0"`;
  const words = ['-c', script, collectorFile, '--interval', '1h', '--output', bundle];
  const child = spawn('sh', words, { stdio: 'ignore' });
  while (!existsSync(`${bundle}.partial/samples/1/time`)) await pause(20);
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'exit'), [143, null]);
  t.deepEqual(await readdir(directory), []);
});

test.serial('interrupted between its samples: it ends at once, and its sleep with it', async (t) => {
  const kit = await fetchKit('checks', quietly());
  const directory = scratch(t);
  const bundle = path.join(directory, 'bundle.tar');
  // As on a busy host: the shell goes on 20 ms after each fork, when its child already runs.
  const forks = 'clone,fork,vfork,clone3';
  const slow = ['-o', '/dev/null', '-e', `trace=${forks}`, '-e', `inject=${forks}:delay_exit=20000`];
  const [program = '', ...words] = programOf(kit, 'usr/bin/strace');
  const child = spawn(program, [...words, ...slow, 'sh', collectorFile, '--interval', '1h', '--output', bundle], {
    stdio: 'ignore',
  });
  const contents = `${bundle}.partial/contents.tsv`;
  // The last item before the interval.
  while (!existsSync(contents) || !readFileSync(contents, 'utf8').includes('logs/kernel')) await pause(20);
  const shell = Number(childrenOf(child.pid));
  const isSleep = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n';
    } catch {
      // It ended while it was looked at.
      return false;
    }
  };
  while (!/^\d+$/.test(childrenOf(shell)) || !isSleep(childrenOf(shell))) await pause(1);
  const sleeping = childrenOf(shell);
  // The 19th of proc_pid_stat(5); the name in parentheses is the second.
  t.is(readFileSync(`/proc/${shell}/stat`, 'utf8').split(') ')[1]?.split(' ')[16], '10', 'its niceness');
  process.kill(shell, 'SIGTERM');
  t.deepEqual(await once(child, 'exit'), [143, null]);
  t.deepEqual(await readdir(directory), []);
  // The signal is sent; its process may need a moment to end, and its new parent one to read its status.
  const end = Date.now() + 30_000;
  const runs = () => /^State:\t[^ZX]/m.test(readStatus(sleeping));
  while (runs() && Date.now() < end) await pause(20);
  const left = runs();
  if (left) process.kill(Number(sleeping));
  t.false(left, 'its sleep runs on');
});

function childrenOf(pid = 0): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

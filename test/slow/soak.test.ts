import { readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { cli, startCli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');

const words = ['scenario', 'soak', '--daemon', 'replica', '--verbose', '--size', 'interval=5'];

test('three minutes of an agent that never gives up: a descriptor a call, as its dose projects', async (t) => {
  t.timeout(20 * 60_000);
  const ran = await cli([...words, '--only', 'client=agent-1.20', '--for', '3m', '--out', scratch(t)]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  t.regex(
    ran.stdout,
    /^1\/1 ✔ as expected {2}daemon=replica 1\.13\.1\/client=agent-1\.20 {2}hangs · leak: (?:0\.9[5-9]|1\.0[0-4])\d fds per call {2}/m,
  );
  // Samples are taken beside the calls, on a machine that may be busy: the interval has to hold a descriptor a call.
  const [, low = '', high = ''] = /^ {2}fds: leak\. [\d.]+ \[([\d.]+), ([\d.]+)\] fds per call/m.exec(ran.stdout) ?? [];
  t.true(Number(low) <= 1 && Number(high) >= 1, ran.stdout);
  t.regex(
    ran.stdout,
    /^ {2}watched for 1[78]\d s in one segment, 3\d samples, \d+ calls in the last segment; ended by: time$/m,
  );
  // The dose is read beside its calls, too: 1.002 [0.995, 1.006] was seen.
  t.regex(ran.stdout, /^ {4}agrees: the dose had (?:0\.99|1\.00)\d \[0\.\d+, 1\.\d+\] fds per call$/m);
});

/** Samples of the one cell of the newest run below a directory. */
function samplesIn(out: string): string[] {
  const cells = path.join(out, 'soak/latest/cells');
  const [cell = ''] = existsSync(cells) ? readdirSync(cells) : [];
  const file = path.join(cells, cell, 'samples.ndjson');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

test('a soak whose lab is killed, or interrupted, goes on with its samples', async (t) => {
  t.timeout(20 * 60_000);
  const out = scratch(t);
  const all = [...words, '--only', 'client=agent-1.20', '--for', '80s', '--out', out];
  const killed = startCli(all);
  while (samplesIn(out).length < 2) await sleep(200);
  killed.kill('SIGKILL');
  t.is((await killed).signal, 'SIGKILL');
  const ofKilled = samplesIn(out);
  const interrupted = startCli([...all, '--resume', 'soak']);
  while (samplesIn(out).length < ofKilled.length + 4) await sleep(200);
  interrupted.kill('SIGINT');
  t.is((await interrupted).exitCode, 130);
  const before = samplesIn(out);
  t.deepEqual(before.slice(0, ofKilled.length), ofKilled);
  const ran = await cli([...all, '--resume', 'soak']);
  // So short a soak may not decide: calls that are under way come and go with the machine's load.
  t.true(ran.exitCode === 0 || ran.exitCode === 2, ran.stdout + ran.stderr);
  t.regex(ran.stdout, / in 3 segments, /);
  t.deepEqual(samplesIn(out).slice(0, before.length), before);
  t.regex(ran.stdout, /agrees: the dose had (?:0\.99|1\.00)\d /);
});

test('a soak that comes near the limit of open files ends early, and says so', async (t) => {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const small = ['--only', 'client=agent-1.20', '--size', 'interval=1,containers=30,calls=60', '--for', '10m'];
  // Three rounds at most: 25 descriptors of the daemon, and 30 of each.
  const { exitCode, stdout, stderr } = await execa(
    'sh',
    [
      '-c',
      'ulimit -n 128 && exec "$0" "$@"',
      process.execPath,
      start,
      'scenario',
      'soak',
      '--daemon',
      'replica',
      ...small,
      '--out',
      out,
    ],
    { reject: false, env: { NO_COLOR: '1' } },
  );
  // So short a soak may not decide: calls that are under way come and go with the machine's load.
  t.true(exitCode === 0 || exitCode === 2, stdout + stderr);
  t.regex(
    stdout,
    /^agent-1\.20 on replica 1\.13\.1: watched for [12]\d s in one segment, \d+ samples, 90 calls in the last segment; ended by: descriptors$/m,
  );
});

test('--for and --resume where they have no effect, and times that are none', async (t) => {
  const says = async (...more: string[]) => (await cli(['scenario', ...more])).stderr;
  t.is(
    await says('mount-busy', '--for', '2h'),
    '--for has no effect: mount-busy ends when its work is done. Leave it out.',
  );
  t.is(
    await says('soak', '--for', 'long'),
    "--for requires a time of at least 60s, e.g. 90s, 10m or 2h, and got 'long'.",
  );
  t.is(await says('soak', '--for', '9s'), "--for requires a time of at least 60s, e.g. 90s, 10m or 2h, and got '9s'.");
  t.is(await says('soak', '--for', '2m', '--size', 'seconds=90'), 'Give --for or --size seconds=…, and not both.');
});

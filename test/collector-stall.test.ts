import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test('collector-stall on 20.10.24: the planted leak is found, the clean control is not accused', async (t) => {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const words = ['--daemon', '20.10.24', '--verbose', '--out', out, '--only', 'client=agent-1.20'];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'collector-stall', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  // FACTS: 1.000 fds, 2.000 goroutines and 32,234 bytes of heap a call.
  t.regex(
    stdout,
    /^ stalled +reproduced +leak: 1\.000 fds, 2\.000 goroutines, 3[23],\d{3} heap-alloc bytes per call +✔ as expected/m,
  );
  t.regex(
    stdout,
    /^ healthy +not present +no-leak: -?0\.000 fds, -?0\.000 goroutines, -?\d+ heap-alloc bytes per call +✔/m,
  );
  const [, control = ''] = stdout.split('\ndaemon=20.10.24/collector=healthy/client=agent-1.20\n');
  t.regex(control, /^ {2}fds: no-leak\. /m);
  t.regex(control, /^ {2}goroutines: no-leak\. /m);
  t.regex(control.split('\n\n')[0] ?? '', /^ {2}heap-alloc: no-leak\. /m);
  t.regex(stdout, /projected, not measured: 172,800 times one call add 172,8\d\d fds/);
  // FACTS: half of the heap is the channel of each call. The profile is a sample, so not to the per cent.
  t.regex(
    stdout,
    /what has grown, by 1[0-6]\d\.\d MB:\n +flat bytes .*\n +[\d,]+ +[4-6]\d\.\d % .* pubsub\.\(\*Publisher\)\.SubscribeTopic\n/,
  );
  t.regex(
    stdout,
    /^ {4}4000 {2}daemon\.\(\*Daemon\)\.ContainerStats ← container\.\(\*containerRouter\)\.getContainersStats ← /m,
  );
  t.regex(control, /^ {2}heap profile, .* no more apart than sampling may put them$/m);
  t.regex(control, /^ {2}CPU of the daemon: \S+ ms a call \(\S+ s for \d+ calls in \S+ s\); idle, \S+ s in 1\.\d s$/m);
  t.regex(
    control,
    /^ {2}observer: one reading costs \d+ ms \(process status \d+, .*\), \d+ ms of the daemon's CPU, and moved fds by -?0\.0, /m,
  );
  t.notRegex(stdout, /GET \/info has/);
  t.regex(stdout, /released, every waiting call was answered within \d+\.\d s/);
  t.regex(
    stdout,
    /who is calling:\n {4}4000 connections of process \d+ \(user 0\), \d+ s old, 4000 calls sent: \S*node .*engine\/main\.ts/,
  );
});

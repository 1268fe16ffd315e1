import test from 'ava';
import { cli, scratch } from './support/cli.ts';

test('collector-stall on 20.10.24: the planted leak is found, the clean control is acquitted', async (t) => {
  t.timeout(4 * 60_000);
  const words = ['--daemon', '20.10.24', '--out', scratch(t), '--only', 'client=agent-1.20'];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'collector-stall', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  // FACTS: 1.000 fds, 2.000 goroutines and 32,234 bytes of heap a call.
  t.regex(stdout, /^ stalled +leak: 1\.000 fds, 2\.000 goroutines, 3[23],\d{3} heap-alloc bytes +leak +✔ as expected/m);
  t.regex(
    stdout,
    /^ healthy +no-leak: -?0\.000 fds, -?0\.000 goroutines, -?\d+ heap-alloc bytes +no-leak +✔ as expected/m,
  );
  t.regex(stdout, /projected, not measured: 172,800 times one call add 172,8\d\d fds/);
  t.regex(stdout, /released, every waiting call was answered within \d\.\d s/);
  t.regex(stdout, /who is calling:\n {4}4000 connections of process \d+, \d+ s old: \S*node .*engine\/main\.ts/);
});

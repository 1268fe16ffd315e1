import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { assertStored } from '../support/stored-run.ts';

test('exec-churn on 20.10.24: execs leave no count, and of memory the run says what it would have seen; held execs are found', async (t) => {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const words = ['--daemon', '20.10.24', '--verbose', '--out', out, '--only', 'work=execs', '--size', 'execs=48'];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'exec-churn', ...words]);
  // Inconclusive, and nothing unexpected: 48 execs can say nothing about bytes.
  t.is(exitCode, 2, stdout + stderr);
  assertStored(t, out);
  t.regex(
    stdout,
    /^ execs +unknown +inconclusive: -?[\d,]+ shim-anonymous bytes, -?[\d,]+ containerd-heap-alloc bytes per exec · at least \d+,\d{3} shim-anonymous bytes, \d,\d{3} containerd-heap-alloc bytes per exec would have been seen +\? inconclusive/m,
  );
  t.regex(
    stdout,
    /^ held-execs +planted leak +– +leak: 5\.000 fds, (?:6\.9|7\.0)\d\d goroutines, 10\.000 shim fds per exec +✔ as expected/m,
  );
  t.regex(stdout, /^ pings +clean run +– +no-leak +✔ as expected/m);
  const [, execs = ''] = stdout.split('\ndaemon=20.10.24/work=execs/dose=bounded\n');
  t.regex(execs, /^ {2}containerd 1\.6\.20\S*, runc 1\.1\.5\S*; \d+ ms each, one after the other$/m);
  for (const metric of ['fds', 'goroutines', 'shim-fds', 'shim-threads', 'containerd-fds', 'containerd-goroutines']) {
    t.regex(execs, new RegExp(`^ {2}${metric}: no-leak\\. it grows by at most `, 'm'));
  }
  t.regex(
    execs,
    /^ {2}shim-anonymous: inconclusive\. at least \d+,\d{3} bytes per exec would have been seen in shim-anonymous, /m,
  );
});

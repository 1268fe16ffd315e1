import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test('abandoned-calls on 20.10.24: closed attaches are kept until the container ends, closed events are not', async (t) => {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const words = ['--daemon', '20.10.24', '--verbose', '--out', out, '--only', 'endpoint=attach,events'];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'abandoned-calls', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  // FACTS: 5.000 goroutines and 1.000 fds a call; a goroutine of dockerd's own that ends during the doses makes it 4.989 (seen once).
  t.regex(
    stdout,
    /^ attach +closes +reproduced +leak: 1\.000 fds, (?:4\.9|5\.0)\d\d goroutines, [89]\d,\d{3} heap-alloc bytes per call · given back when the container ends +✔ as expected/m,
  );
  t.regex(
    stdout,
    /^ events +closes +not present +no-leak: -?0\.0\d\d fds, -?0\.0\d\d goroutines per call · nothing kept +✔ as expected/m,
  );
  const [, attach = ''] = stdout.split('\ndaemon=20.10.24/endpoint=attach/leaving=closes/container=silent\n');
  t.regex(attach, /^ {4}160 {2}daemon\.\(\*Daemon\)\.containerAttach ← daemon\.\(\*Daemon\)\.ContainerAttach ← /m);
  t.regex(attach, /^ {4}160 connections whose client has closed its end: dockerd keeps its own$/m);
  t.regex(
    attach,
    /^ {2}ended: goroutines: it rose from 2\d\d(?:\.\d+)? goroutines to (?:8\d\d|1,\d{3}) goroutines and came back within /m,
  );
});

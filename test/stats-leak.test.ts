import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

test('stats-leak: the replica of 1.13.1 leaks what a client never gives up; 20.10.24 answers with zeroes', async (t) => {
  t.timeout(4 * 60_000);
  const only = ['--only', 'client=agent-1.20,agent-1.20-in-container,timeout-cancel,half-close,second-request'];
  const out = scratch(t);
  const words = ['--daemon', 'replica', '--daemon', '20.10.24', '--out', out, ...only];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'stats-leak', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  const row = (daemon: string, client: string, observed: string) =>
    t.regex(stdout, new RegExp(`^ ${daemon} +${client} +${observed} fds a call +.*✔ as expected`, 'm'));
  row('replica 1.13.1', 'agent-1.20', 'hangs · leak: 1.000');
  row('replica 1.13.1', 'agent-1.20-in-container', 'hangs · leak: 1.000');
  row('replica 1.13.1', 'second-request', 'hangs · leak: 1.000');
  row('replica 1.13.1', 'timeout-cancel', 'hangs · no-leak: -?0.000');
  row('replica 1.13.1', 'half-close', 'hangs · no-leak: -?0.000');
  row('20.10.24', 'agent-1.20', 'zeroed · no-leak: -?0.000');
  // Three containers are asked, and a line a second is written for each; it has no Go runtime to be profiled.
  const [, figures = ''] = stdout.split('\ndaemon=replica 1.13.1/client=agent-1.20\n');
  const [leak = ''] = figures.split('\n\n');
  t.regex(leak, /^ {2}log: [23]\.\d lines\/s "collecting stats for <id>: sandbox <id> not found"$/m);
  t.regex(leak, /^ {4}3000 connections of process \d+ \(user 0\), \d+ s old, 3000 calls sent: \S*node /m);
  t.notRegex(leak, /heap|goroutine/);
  // Its connections are listed in its container's network namespace alone.
  const [, inside = ''] = stdout.split('\ndaemon=replica 1.13.1/client=agent-1.20-in-container\n');
  t.regex(inside, /^ {4}3000 connections of process \d+ \(user 0\), in container agent, \d+ s old, 3000 calls sent: /m);
  t.regex(stdout, /dockerd replica 1\.13\.1 \(1\.13\.1\) build replica: a replica of the lab, sources [0-9a-f]{12}…/);
  assertStored(t, out);
});

import test, { type ExecutionContext } from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';
import { assertStored } from './support/stored-run.ts';

/** Runs cells of stats-leak that are all as expected; returns what it prints. */
async function statsLeak(t: ExecutionContext, daemon: string, clients: readonly string[]): Promise<string> {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const words = ['--daemon', daemon, '--only', `client=${clients.join(',')}`, '--verbose', '--out', out];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'stats-leak', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  assertStored(t, out);
  return stdout;
}

function assertRow(t: ExecutionContext, stdout: string, shown: string, observed: string): void {
  t.regex(stdout, new RegExp(`^ ${shown} +${observed} fds per call +.*✔ as expected`, 'm'));
}

/** The lines about a cell of the replica. */
function figuresOf(stdout: string, client: string): string {
  return stdout.split(`\ndaemon=replica 1.13.1/client=${client}\n`)[1] ?? '';
}

test('the replica of 1.13.1 leaks what a client never gives up, real clients among them', async (t) => {
  const behaviours = ['agent-1.20', 'agent-1.20-in-container', 'timeout-cancel', 'half-close', 'second-request'];
  const stdout = await statsLeak(t, 'replica', [...behaviours, 'docker-cli', 'python-docker', 'dockerode']);
  for (const client of [
    'agent-1.20',
    'agent-1.20-in-container',
    'second-request',
    'docker-cli',
    'python-docker',
    'dockerode',
  ])
    assertRow(t, stdout, `replica 1\\.13\\.1 +${client} +reproduced`, 'hangs · leak: 1\\.000');
  for (const client of ['timeout-cancel', 'half-close'])
    assertRow(t, stdout, `replica 1\\.13\\.1 +${client} +reproduced`, 'hangs · no-leak: -?0\\.000');
  // Three containers are asked, and a line a second is written for each; it has no Go runtime to be profiled.
  const [leak = ''] = figuresOf(stdout, 'agent-1.20').split('\n\n');
  t.regex(leak, /^ {2}log: [23]\.\d lines\/s "collecting stats for <id>: sandbox <id> not found"$/m);
  t.regex(leak, /^ {4}3000 connections of process \d+ \(user 0\), \d+ s old, 3000 calls sent: \S*node /m);
  t.notRegex(leak, /heap|goroutine/);
  // Its connections are listed in its container's network namespace alone.
  t.regex(
    figuresOf(stdout, 'agent-1.20-in-container'),
    /^ {4}3000 connections of process \d+ \(user 0\), in container agent, \d+ s old, 3000 calls sent: /m,
  );
  // Each real client proves that its calls went out and wait: the caller table counts their connections. The SDK has one more since it asked for the version.
  t.regex(figuresOf(stdout, 'python-docker'), /^(?: {2}.*\n)*? {4}351 connections of/);
  t.regex(figuresOf(stdout, 'dockerode'), /^(?: {2}.*\n)*? {4}3500 connections of/);
  t.regex(stdout, /1 connection of process \d+ \(user 0\).*: docker -H unix:\/\/\S+ stats --no-stream/);
  t.regex(stdout, /dockerd replica 1\.13\.1 \(1\.13\.1\) build replica: a replica of the lab, sources [0-9a-f]{12}…/);
});

test('20.10.24 answers with zeroes', async (t) => {
  const stdout = await statsLeak(t, '20.10.24', ['agent-1.20']);
  assertRow(t, stdout, ' *not present', 'zeroed · no-leak: -?0\\.000');
});

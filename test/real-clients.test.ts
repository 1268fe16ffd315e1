import test from 'ava';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';

test('the docker CLI, the SDK for Python and dockerode leave what they never let go of', async (t) => {
  t.timeout(4 * 60_000);
  const clients = ['--only', 'client=docker-cli,python-docker,dockerode'];
  const words = ['scenario', 'stats-leak', '--daemon', 'replica', ...clients, '--out', scratch(t)];
  const { exitCode, stdout, stderr } = await cli(words);
  t.is(exitCode, 0, stdout + stderr);
  const row = (client: string, calls: number) => {
    t.regex(
      stdout,
      new RegExp(`^ replica 1\\.13\\.1 +${client} +hangs · leak: 1\\.000 fds a call .*✔ as expected`, 'm'),
    );
    // Each proves that its calls went out and wait: the caller table counts their connections.
    t.regex(
      stdout,
      new RegExp(`daemon=replica 1\\.13\\.1/client=${client}\n(?: {2}.*\n)*? {4}${calls} connections of`),
    );
  };
  // One more is kept since the SDK asked for the version.
  row('python-docker', 351);
  row('dockerode', 3500);
  t.regex(stdout, /^ replica 1\.13\.1 +docker-cli +hangs · leak: 1\.000 fds a call .*✔ as expected/m);
  t.regex(stdout, /1 connection of process \d+ \(user 0\).*: docker -H unix:\/\/\S+ stats --no-stream/);
});

import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

test('20.10.24 answers each client with zeroes, however it leaves', async (t) => {
  t.timeout(12 * 60_000);
  const clients = ['agent-1.20-in-container', 'timeout-cancel', 'half-close', 'second-request'];
  const words = ['--daemon', '20.10.24', '--only', `client=${clients.join(',')}`, '--out', scratch(t)];
  const { exitCode, stdout, stderr } = await cli(['scenario', 'stats-leak', ...words]);
  t.is(exitCode, 0, stdout + stderr);
  for (const client of clients)
    t.regex(
      stdout,
      new RegExp(`^ ${client} +not present +zeroed · no-leak: -?0\\.000 fds per call +.*✔ as expected`, 'm'),
    );
});

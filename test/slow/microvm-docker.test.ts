import test from 'ava';
import { cli, scratch } from '../support/cli.ts';

test.serial('a docker in a micro VM: slave loses the namespaces on 6.1, unset keeps them', async (t) => {
  t.timeout(10 * 60_000);
  const cells = 'mountFlags=slave,unset,liveRestore=on,starts=restarted';
  const words = ['scenario', 'netns-restore', '--machine', 'microvm', '--kernel', '6.1', '--daemon', '20.10.24'];
  const { exitCode, stdout, stderr } = await cli([...words, '--only', cells, '--out', scratch(t)]);
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, /^ slave +netns lost 3\/3 · stats: 3 zeroed · duplicate-ip +the same +✔ as expected/m);
  t.regex(stdout, /^ unset +netns kept · stats: 3 values +the same +✔ as expected/m);
});

test.serial(
  'clients in a micro VM: one that never gives up costs a connection a call, and the controls know what leaks',
  async (t) => {
    t.timeout(20 * 60_000);
    const words = ['scenario', 'stats-leak', '--machine', 'microvm', '--kernel', '6.1', '--daemon', 'replica'];
    const { exitCode, stdout, stderr } = await cli([...words, '--jobs', '2', '--out', scratch(t)]);
    t.is(exitCode, 0, stdout + stderr);
    t.regex(stdout, /^ replica 1\.13\.1 +agent-1\.20 +hangs · leak: 1\.000 fds a call +hangs · leak +✔ as expected/m);
    t.regex(
      stdout,
      /^ replica 1\.13\.1 +timeout-cancel +hangs · no-leak: 0\.000 fds a call +hangs · no-leak +✔ as expected/m,
    );
    t.regex(stdout, / planted leak +stalled +leak: 1\.000 fds, 2\.000 goroutines, .* leak +✔ as expected/);
    t.regex(stdout, / clean run +healthy +no-leak: 0\.000 fds, 0\.000 goroutines, .* no-leak +✔ as expected/);
    const engine =
      /who is calling:\n +3000 connections of process \d+ \(user 0\), .* 3000 calls sent: .*\/engine\/main\.ts /;
    t.regex(stdout, engine);
  },
);

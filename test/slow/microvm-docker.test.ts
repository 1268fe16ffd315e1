import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

test.serial('a docker in a micro VM: slave loses the namespaces on 6.1, unset keeps them', async (t) => {
  t.timeout(20 * 60_000);
  const cells = 'mountFlags=slave,unset,liveRestore=on,starts=restarted';
  const words = ['scenario', 'netns-restore', '--machine', 'microvm', '--kernel', '6.1', '--daemon', '20.10.24'];
  const { exitCode, stdout, stderr } = await cli([...words, '--only', cells, '--out', scratch(t)]);
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, /^ slave +reproduced +netns lost 3\/3 · stats: 3 zeroed · duplicate-ip +✔ as expected/m);
  t.regex(stdout, /^ unset +not present +netns kept · stats: 3 values +✔ as expected/m);
});

test.serial('a client in a micro VM that never gives up costs dockerd a connection a call', async (t) => {
  t.timeout(20 * 60_000);
  // stats-leak has two controls of 4,000 calls each beside it, which take an emulated CPU five minutes; this is one of them, smaller.
  const words = ['scenario', 'collector-stall', '--machine', 'microvm', '--kernel', '6.1', '--daemon', '20.10.24'];
  const only = ['--only', 'collector=stalled,client=agent-1.20', '--size', 'calls=800'];
  const { exitCode, stdout, stderr } = await cli([...words, ...only, '--verbose', '--out', scratch(t)]);
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, /leak: 1\.000 fds, (1\.99|2\.00)\d goroutines, .* heap-alloc bytes per call +✔ as expected/);
  t.regex(
    stdout,
    /who is calling:\n +800 connections of process \d+ \(user 0\), .* 800 calls sent: .*\/engine\/main\.ts /,
  );
});

test.serial('the replica of 1.13.1 with cgroup v2 alone, as hosts of today have it', async (t) => {
  t.timeout(20 * 60_000);
  const cells = 'mountFlags=slave,unset,liveRestore=on,starts=restarted';
  const words = ['scenario', 'netns-restore', '--machine', 'microvm', '--kernel', '6.12', '--daemon', 'replica'];
  const out = scratch(t);
  const { exitCode, stdout, stderr } = await cli([...words, '--only', cells, '--out', out]);
  t.is(exitCode, 0, stdout + stderr);
  t.regex(stdout, /^ slave +reproduced +netns lost 3\/3 · stats: 3 hangs · duplicate-ip +✔ as expected/m);
  t.regex(stdout, /^ unset +not present +netns kept · stats: 3 values +✔ as expected/m);
  const stored = path.join(out, 'netns-restore/latest/cells');
  for (const cell of readdirSync(stored))
    t.regex(readFileSync(path.join(stored, cell, 'events.ndjson'), 'utf8'), /"cgroupVersion":2/, cell);
});

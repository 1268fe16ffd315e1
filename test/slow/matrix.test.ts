import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { Parser } from 'tap-parser';
import { cli, startCli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';

const quickly = ['--only', 'scenario=mount-busy,netns-restore,holder=another-namespace'];

interface Night {
  state: string;
  valid?: boolean;
  done: { part: string; run?: string }[];
  runs: string[];
}

const nightOf = (out: string): Night => JSON.parse(readFileSync(path.join(out, 'nights/latest/night.json'), 'utf8'));

test('a night that is interrupted goes on where it was', async (t) => {
  t.timeout(12 * 60_000);
  const out = scratch(t);
  const words = ['matrix', '--out', out, ...quickly];
  const interrupted = startCli(words);
  let said = '';
  await new Promise<void>((resolve) => {
    interrupted.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // The second part is at work.
      if (/^netns-restore, cause and control/m.test(said)) resolve();
    });
  });
  interrupted.kill('SIGINT');
  const ended = await interrupted;
  t.is(ended.exitCode, 130, ended.stderr);
  const before = nightOf(out);
  t.is(before.state, 'interrupted');
  t.deepEqual(
    before.done.map(({ part }) => part),
    ['mount-busy'],
  );

  const resumed = await cli([...words, '--resume']);
  // Without its controls a night counts for nothing, and says so before anything else.
  t.is(resumed.exitCode, 1, resumed.stdout + resumed.stderr);
  const after = nightOf(out);
  t.like(after, { state: 'finished', valid: false });
  t.deepEqual(
    after.done.map(({ part }) => part),
    ['mount-busy', 'netns-restore, cause and control'],
  );
  t.notRegex(resumed.stdout, /^mount-busy \(local\)$/m, 'what was done is not tried again');
  t.regex(resumed.stdout, /^> \*\*This night is invalid, even if the rest is green\.\*\*$/m);
  t.regex(resumed.stdout, /^> - no planted leak was tried: it is not known whether this night can detect a leak$/m);

  const results = Parser.parse(readFileSync(path.join(out, 'nights/latest/results.tap'), 'utf8'));
  const ok = results.filter(([what, one]) => what === 'assert' && one.ok).length;
  t.true(ok >= 8, `${ok} cells of two parts`);
  t.regex(readFileSync(path.join(out, 'nights/latest/junit.xml'), 'utf8'), /<testsuite name="netns-restore \(local\)"/);
});

test('shards have every cell once', async (t) => {
  t.timeout(12 * 60_000);
  const [one, other, merged] = [scratch(t), scratch(t), scratch(t)];
  const only = ['--only', 'scenario=mount-busy,daemon=20.10.24'];
  for (const [out, shard] of [
    [one, '1/2'],
    [other, '2/2'],
  ] as const) {
    const ran = await cli(['matrix', '--out', out, '--shard', shard, ...only]);
    t.is(ran.exitCode, 1, ran.stdout + ran.stderr);
  }
  const ran = await cli(['lab', 'merge', one, other, '--out', merged]);
  t.regex(ran.stdout, /^\d runs and 2 nights were copied to .*; 0 were there already\.$/);
  const cells = [one, other].flatMap(
    (out) => readFileSync(path.join(out, 'nights/latest/results.tap'), 'utf8').match(/^ok .*$/gm) ?? [],
  );
  const names = cells.map((line) => line.replace(/^ok \d+ - /, ''));
  t.is(names.length, 4);
  t.is(new Set(names).size, 4);
});

test('a summary for GitHub, and a selection that leaves nothing', async (t) => {
  const out = scratch(t);
  const nothing = await cli(['matrix', '--out', out, '--only', 'scenario=remedies']);
  t.is(nothing.exitCode, 64);
  t.is(nothing.stderr, 'The selection is empty: --only and --not leave no part of the matrix.');
  const listed = await cli(['matrix', '--list', '--profile', 'full']);
  t.regex(listed.stdout, /^container-churn\n {2}full, container-churn on microvm, some 9 min 10 s$/m);
});

import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { cli } from '../support/cli.ts';
import { quickCli } from '../support/quick-cli.ts';
import { scratch } from '../support/scratch.ts';
import { writeFileSync } from 'node:fs';

const recorded = path.resolve(import.meta.dirname, '../../harness/compare/recorded/dockerd-1.13.1.json');

const comparison = z.strictObject({
  real: z.string(),
  replica: z.string(),
  requests: z.int(),
  differences: z.array(
    z.strictObject({
      requests: z.array(z.string()),
      what: z.string(),
      real: z.string(),
      replica: z.string(),
      known: z.string().optional(),
    }),
  ),
});

/** Compares, and gives the differences that are not known as `name of the first request → what: real, replica`. */
async function compare(t: ExecutionContext, words: string[], exitCode: number) {
  const ran = await cli(['lab', 'compare', '--json', ...words]);
  t.is(ran.exitCode, exitCode, ran.stderr + ran.stdout);
  const { differences, ...rest } = comparison.parse(JSON.parse(ran.stdout));
  const unexpected = differences.filter(({ known }) => known === undefined);
  const shown = unexpected.map(
    ({ requests: [first], what, real, replica }) =>
      `${first?.split(':')[0]} → ${what}: real ${real}, replica ${replica}`,
  );
  return { ...rest, differences, shown };
}

test('the replica and itself: the same script gives the same, twice', async (t) => {
  const { requests, differences, real } = await compare(t, ['--daemon', 'replica'], 0);
  t.deepEqual(differences, []);
  t.true(requests > 90, `${requests} requests`);
  t.regex(real, /^dockerd replica 1\.13\.1 build replica: a replica of the lab/);
});

test('what was recorded of the real 1.13.1: nothing that is not known', async (t) => {
  const { requests, shown, differences } = await compare(t, ['--recorded', recorded], 0);
  t.deepEqual(shown, []);
  t.is(requests, 40);
  t.true(differences.some(({ what }) => what === 'body .Replica'));
  t.true(
    differences.every(({ what }) => !/^(answer|status|header|body \.message)/.test(what)),
    'statuses, headers, errors and who hangs are all the same',
  );
});

test('20.10.24: what became of the bug, and nothing else', async (t) => {
  const { shown, differences } = await compare(t, ['--daemon', '20.10.24'], 1);
  const [lost, stream, ...others] = shown;
  t.is(lost, 'stats of what was lost → answer: real zeroed, replica hangs');
  t.is(stream, 'a stream of what was lost → answer: real zeroed, replica open');
  // Which of their frames a connect or a restart has changed is a matter of the tick.
  for (const one of others) t.regex(one, /^(connecting answers|restarting answers|stats \w[\w ]*) → (answer|body)/);
  const version = differences.find(({ what }) => what === 'header Api-Version');
  t.like(version, { real: '1.41', replica: '1.26', known: 'later versions have another version, and more headers' });
  t.true((version?.requests.length ?? 0) > 80);
});

test('a replica with a fix of a later version: the fix is all that differs', async (t) => {
  const { shown } = await compare(t, ['--daemon', 'replica+publish-empty-when-not-found'], 1);
  t.deepEqual(shown.filter((one) => one.includes('answer:')).slice(0, 2), [
    'stats of what was lost → answer: real zeroed, replica hangs',
    'a stream of what was lost → answer: real zeroed, replica open',
  ]);
  t.true(shown.some((one) => one.startsWith('undefined → log: real missing, replica error collecting stats for <id>')));
});

const says = test.macro(async (t, words: string[], exitCode: number, message: string) => {
  const ran = await quickCli(['lab', 'compare', ...words]);
  t.is(ran.stderr, message);
  t.is(ran.stdout, '');
  t.is(ran.exitCode, exitCode);
});

const which =
  'Compare what? Name two stored runs, nights or builds; or, to compare a daemon with the replica, give either --daemon, ' +
  'e.g. --daemon DIR, or --recorded FILE.';
test('nothing to compare with', says, [], 64, which);
test('too much to compare with', says, ['--daemon', '20.10.24', '--recorded', recorded], 64, which);
test(
  'a fix that there is not',
  says,
  ['--daemon', 'replica+magic'],
  64,
  "The replica has no fix called 'magic'. Known: publish-empty-when-not-found, publish-on-every-error.",
);

test('a file that is no recording', async (t) => {
  const file = path.join(scratch(t), 'notes.json');
  writeFileSync(file, 'notes');
  const ran = await quickCli(['lab', 'compare', '--recorded', file]);
  t.is(ran.exitCode, 3);
  t.is(
    ran.stderr,
    `reading what was recorded in ${file}: Unexpected token 'o', "notes" is not valid JSON
  expected: a list of requests, each with a tag, the request, and the response or the log that it left
  what you can do: harness/compare/recorded has one of dockerd 1.13.1`,
  );
});

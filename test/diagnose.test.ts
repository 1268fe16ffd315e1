import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fakeFiles, sampleFiles } from '../harness/diagnose/testing/fake-bundle.ts';
import { hangingHost } from '../harness/diagnose/testing/hanging-host.ts';
import { cli } from './support/cli.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

type Changes = Readonly<Record<string, string | undefined>>;

const info = '"ServerVersion":"28.5.2"\n"LiveRestoreEnabled":true\n';
const nothing: Changes = {
  'docker/version': 'version 28.5.2, build abc\n',
  ...sampleFiles(1, { time: '1000\n100.00 50.00\n', info }),
  ...sampleFiles(2, { time: '1060\n160.00 90.00\n', info }),
};

/** A bundle as a directory of this name. */
async function bundle(directory: string, name: string, changes: Changes): Promise<string> {
  const renamed = { bundle: (fakeFiles().get('bundle') ?? '').replace('web-1', name) };
  for (const [file, content] of fakeFiles({ ...renamed, ...changes })) {
    const place = path.join(directory, name, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return path.join(directory, name);
}

const diagnose = (...words: string[]) => quickCli(['lab', 'diagnose', ...words]);

test('exit codes of bundles: nothing 0, affected 1, exposed 2, could not be read 3', async (t) => {
  const directory = scratch(t);
  const [healthy, exposed, hangs] = await Promise.all([
    bundle(directory, 'healthy', nothing),
    bundle(directory, 'exposed', {}),
    bundle(directory, 'hangs', hangingHost),
  ]);
  const none = path.join(directory, 'none.tar');
  await writeFile(none, '');
  const code = async (...words: string[]) => (await diagnose(...words)).exitCode;
  t.is(await code(healthy), 0);
  t.is(await code(hangs), 1);
  t.is(await code(exposed), 2);
  t.is(await code(none), 3);
  t.is(await code(healthy, exposed, none), 3);
  // Nothing was found, and what only root can read was not looked at.
  const user = await bundle(directory, 'user', { ...nothing, ...withoutRoot });
  t.is(await code(user), 3);
});

/** The list of contents of a collection without root. */
const withoutRoot = {
  'docker/containers': undefined,
  'contents.tsv':
    'file\tstatus\tbytes\treader\twhat\ndocker/containers\tneeds-root\t0\troot\tprocesses of containers\n',
};

test('a bundle that cannot be read alone: what was expected, and how to take one', async (t) => {
  const none = path.join(scratch(t), 'none.tar');
  await writeFile(none, '');
  const { stderr, stdout } = await diagnose(none);
  t.is(stdout, '');
  t.is(
    stderr,
    `reading the bundle ${none}: it is empty
  expected: a tar file of the collector
  what you can do: take one with: npm run lab -- diagnose --print-collector > collect.sh && sh collect.sh. What people paste is read with --dump FILE`,
  );
});

test('several bundles: a table with totals; one that cannot be read is told, and does not stop the rest', async (t) => {
  const directory = scratch(t);
  const none = path.join(directory, 'none.tar');
  await writeFile(none, '');
  const bundles = [await bundle(directory, 'a', nothing), await bundle(directory, 'b', hangingHost), none];
  const files = ['page.html', 'table.csv', 'metrics.prom'].map((name) => path.join(directory, name));
  const [page = '', table = '', metrics = ''] = files;
  const { stdout, exitCode } = await diagnose(...bundles, '--html', page, '--csv', table, '--prometheus', metrics);
  t.is(exitCode, 1);
  t.true(stdout.startsWith('3 hosts: 1 affected, 0 exposed, 1 could not be read\n'), stdout);
  t.regex(stdout, /^ b +1\.13\.1 +5\.10\.0-32-amd64 +✘ affected +✘ affected/m);
  t.regex(stdout, /^ a +28\.5\.2 +5\.10\.0-32-amd64 +✔ +✔/m);
  t.true(stdout.includes(`! could not be read  ${none}\n  reading the bundle ${none}: it is empty\n`), stdout);
  t.regex(readFileSync(page, 'utf8'), /^<!doctype html>/);
  t.is(readFileSync(table, 'utf8').split('\r\n').length, 4);
  t.regex(readFileSync(metrics, 'utf8'), /^# HELP dockerd_leak_lab_finding /);
});

test('--json is as its schema says, and nothing but JSON', async (t) => {
  const directory = scratch(t);
  const none = path.join(directory, 'none.tar');
  await writeFile(none, '');
  const bundles = [
    await bundle(directory, 'a', { 'docker/mounts': 'x' }),
    await bundle(directory, 'b', hangingHost),
    none,
  ];
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const schemas = path.resolve(import.meta.dirname, '../docs/schema');
  for (const file of readdirSync(schemas))
    ajv.addSchema(JSON.parse(readFileSync(path.join(schemas, file), 'utf8')), file);
  const valid = ajv.getSchema('diagnosis.json');
  const live = await quickCli(['lab', 'diagnose', '--json', '--samples', '1']);
  for (const { stdout } of [await diagnose('--json', ...bundles), live]) {
    const { diagnoses, unread }: { diagnoses: unknown[]; unread: unknown[] } = JSON.parse(stdout);
    t.true(diagnoses.length > 0);
    for (const one of diagnoses) t.true(valid?.(one), ajv.errorsText(valid?.errors));
    if (diagnoses.length > 1) t.like(unread, [{ source: none }]);
  }
});

const says = test.macro(async (t, words: string[], message: string) => {
  const { exitCode, stdout, stderr } = await diagnose(...words);
  t.deepEqual([exitCode, stdout, stderr], [64, '', message]);
});

for (const [option, value] of [
  ['--interval', '5s'],
  ['--samples', '3'],
  ['--redact'],
  ['--deep'],
  ['--log', '/a'],
  ['--save', '/a'],
] as const) {
  const words = [option, ...(value === undefined ? [] : [value])];
  const message = `${option} has no effect on bundles and dumps: leave it out.`;
  test(`${option} on a bundle`, says, ['a.tar', ...words], message);
}
test(
  'an option for live hosts on a dump',
  says,
  ['--dump', 'a.txt', '--deep'],
  '--deep has no effect on bundles and dumps: leave it out.',
);
test(
  'an interval that is none',
  says,
  ['--interval', '2h'],
  "--interval requires a time from 1s to 1h, e.g. 90, 90s or 10m, and got '2h'.",
);
test(
  'a host that is none',
  says,
  ['ssh://-oProxyCommand=x'],
  "'ssh://-oProxyCommand=x' is no ssh://[USER@]HOST[:PORT].",
);
test(
  'a dump and a bundle',
  says,
  ['--dump', 'a', 'b.tar'],
  'Give --dump without a host or bundle: each is a diagnosis of its own.',
);
test(
  '--print-collector and something else',
  says,
  ['--print-collector', '--deep'],
  '--deep has no effect with --print-collector: leave it out.',
);

test('--print-collector prints the script, to the letter', async (t) => {
  const { stdout } = await diagnose('--print-collector');
  t.is(
    `${stdout}\n`,
    readFileSync(path.resolve(import.meta.dirname, '../harness/diagnose/collector/collect.sh'), 'utf8'),
  );
});

/** A program `ssh` that comes first in PATH: it writes down its words, and runs this script. */
async function fakeSsh(
  t: ExecutionContext,
  script: string,
): Promise<{ env: Record<string, string>; words: () => string[] }> {
  const directory = scratch(t);
  const [file, said] = [path.join(directory, 'ssh'), path.join(directory, 'words')];
  await writeFile(file, `#!/bin/sh\nprintf '%s\\0' "$@" >'${said}'\nfor last do :; done\n${script}\n`);
  await chmod(file, 0o755);
  return {
    env: { PATH: `${directory}:${process.env['PATH']}` },
    words: () => readFileSync(said, 'utf8').split('\0').slice(0, -1),
  };
}

test('ssh: its words', async (t) => {
  const { env, words } = await fakeSsh(t, 'exit 255');
  const target = 'ssh://root@db-7.example.org:2222';
  await cli(['lab', 'diagnose', target, '--samples', '1', '--interval', '1s', '--log', "it's"], env);
  t.deepEqual(words().slice(0, -1), [
    '-o',
    'BatchMode=yes',
    '-o',
    'ConnectTimeout=15',
    '-p',
    '2222',
    '--',
    'root@db-7.example.org',
  ]);
  const [script = ''] = words().slice(-1);
  t.true(script.startsWith(`'sh' '-c' '#!/bin/sh\n`), script);
  const quoted = String.raw`'it'\''s'`;
  t.true(script.endsWith(` '--output' '-' '--interval' '1s' '--samples' '1' '--log' ${quoted}`), script);
});

test('ssh that fails: its words, and no part of a bundle is kept', async (t) => {
  const { env } = await fakeSsh(
    t,
    'echo "half a bundle"; echo "root@db-7: Permission denied (publickey)." >&2; exit 255',
  );
  const directory = scratch(t);
  const { exitCode, stderr } = await cli(['lab', 'diagnose', 'ssh://root@db-7', '--save', directory], env);
  t.is(exitCode, 3);
  t.is(
    stderr,
    `collecting evidence on ssh://root@db-7 (read-only)
collecting evidence on ssh://root@db-7: exit code 255
  expected: the collector ends with exit code 0
  evidence:
    root@db-7: Permission denied (publickey).
  what you can do: try: ssh root@db-7 true; keys or an agent must work without a password`,
  );
  t.deepEqual(await readdir(directory), []);
});

/** Runs cells of the scenario whose truth the lab has made. */
async function scenario(t: ExecutionContext, daemon: string, conditions: string) {
  const words = ['scenario', 'diagnosis', '--daemon', daemon, '--only', `condition=${conditions}`];
  const ran = await cli([...words, '--size', 'collections=1', '--out', scratch(t)]);
  t.is(ran.exitCode, 0, ran.stdout + ran.stderr);
  return ran.stdout;
}

test.serial('real hosts whose truth is known: 20.10.24, and a replica of 1.13.1', async (t) => {
  const [real, replica] = await Promise.all([
    scenario(t, '20.10.24', 'healthy-restarted,exposed,lost,abandoned-attaches,mounts-not-seen'),
    scenario(t, 'replica', 'hanging,hanging-in-container'),
  ]);
  t.regex(real, /^5 cells: 5 ✔ as expected/m);
  t.true(
    real.includes(`Confusion matrix over 5 collections
  problem              affected and found  affected and missed  healthy and accused  healthy and acquitted
  lost-namespaces                       1                    0                    0                      4
  zeroed-stats                          1                    0                    0                      4
  attach-leak                           1                    0                    0                      4
  duplicate-addresses                   1                    0                    0                      4
  unseen-mounts                         1                    0                    0                      4
2 collections of healthy hosts: 0 called affected
`),
    real,
  );
  t.regex(replica, /^2 cells: 2 ✔ as expected/m);
  t.true(
    replica.includes(`Confusion matrix over 2 collections
  problem              affected and found  affected and missed  healthy and accused  healthy and acquitted
  lost-namespaces                       2                    0                    0                      0
  hanging-stats                         2                    0                    0                      0
  duplicate-addresses                   2                    0                    0                      0
0 collections of healthy hosts: 0 called affected
`),
    replica,
  );
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { quickCli } from '../support/quick-cli.ts';
import { scratch } from '../support/scratch.ts';
import { makeResults } from './results.ts';

const start = path.resolve(import.meta.dirname, '../../harness/cli/start.js');

/** Runs the lab with a stdout of its own. */
async function runInto(stdout: number, words: string[]): Promise<{ exitCode: unknown; stderr: string }> {
  const child = spawn(process.execPath, [start, ...words], { stdio: ['ignore', stdout, 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exitCode]: unknown[] = await once(child, 'close');
  return { exitCode, stderr };
}

test.serial('a stdout that is full is a failure of its own, and never an outcome', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  for (const words of [
    ['scenario', '--list'],
    ['matrix', '--list'],
    ['lab', 'show', '--out', out],
    ['lab', 'show', '--json', '--out', out],
    ['lab', 'report', '--out', out],
    ['lab', 'kernels'],
    ['lab', '--help'],
  ]) {
    const { exitCode, stderr } = await runInto(full, words);
    t.is(exitCode, 3, words.join(' '));
    t.regex(stderr, /^writing to stdout: .*the file system is full\n {2}expected: all of the output is written$/m);
    t.notRegex(stderr, /\n\s+at /);
  }
});

test.serial('a reader of the head alone is no failure', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const { exitCode, stderr } = await execa({
    reject: false,
  })`sh -c ${`${process.execPath} ${start} lab show --json --out ${out} | head -c 1; exit $?`}`;
  t.is(exitCode, 0);
  t.is(stderr, '');
});

test.serial('--bisect skips what cannot be tried, and only a wrong command line is an error', async (t) => {
  const top = scratch(t);
  const broken = path.join(top, 'broken');
  mkdirSync(broken);
  writeFileSync(path.join(broken, 'dockerd'), '#!/bin/sh\nexit 1\n');
  const text = path.join(top, 'docker.tgz');
  writeFileSync(text, 'this is no tarball');
  const empty = path.join(top, 'empty');
  mkdirSync(empty);
  chmodSync(path.join(broken, 'dockerd'), 0o755);
  for (const build of [
    '/nowhere',
    './docker-9.tgz',
    'no-such-docker',
    broken,
    text,
    empty,
    '/dev/null',
    'replica+nothing',
  ]) {
    const ran = await quickCli([
      'scenario',
      'netns-restore',
      '--bisect',
      '--daemon',
      build,
      '--out',
      path.join(top, 'out'),
    ]);
    t.is(ran.exitCode, 125, `${build}: ${ran.stderr}`);
  }
  const full = await quickCli(['scenario', 'netns-restore', '--bisect', '--daemon', 'replica', '--out', text]);
  t.is(full.exitCode, 125, full.stderr);
  const wrong = await quickCli(['scenario', 'netns-restor', '--bisect']);
  t.is(wrong.exitCode, 64);
});

test.serial('a night without a cell is a wrong command line, and leaves no night', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const before = readdirSync(path.join(out, 'nights'));
  const ran = await quickCli(['matrix', '--only', 'scenario=mount-busy,daemon=17.03.2', '--out', out]);
  t.is(ran.stderr, 'The selection is empty: --only and --not leave no cell of the matrix.');
  t.is(ran.exitCode, 64);
  t.deepEqual(
    readdirSync(path.join(out, 'nights')).filter((name) => name !== 'latest'),
    before,
  );
});

test.serial('a night goes by old ones that are broken, and on where its own run is gone', async (t) => {
  const out = scratch(t);
  const run = await makeResults(out);
  const selection = ['--only', 'scenario=mount-busy,daemon=17.03.2'];
  const again = () => quickCli(['matrix', ...selection, '--resume', '--out', out]);
  const [night = ''] = readdirSync(path.join(out, 'nights'));
  const record = path.join(out, 'nights', night, 'night.json');
  const cell = readdirSync(path.join(out, run, 'cells'))[0] ?? '';
  const spoilers: Record<string, () => void> = {
    'a verdict is broken': () => writeFileSync(path.join(out, run, 'cells', cell, 'verdict.json'), '{"schema"'),
    'a plan is broken': () => writeFileSync(path.join(out, run, 'cells', cell, 'plan.json'), ''),
    'the night to go on with has no run any more'() {
      const done = [{ part: 'mount-busy', seconds: 1, run }];
      const changes = { profile: 'quick', state: 'interrupted', done, only: [selection[1]], not: [] };
      const before: object = JSON.parse(readFileSync(record, 'utf8'));
      writeFileSync(record, JSON.stringify({ ...before, ...changes }));
      rmSync(path.join(out, run), { recursive: true });
    },
    'a night is broken': () => writeFileSync(record, '{'),
    'a night names a run outside': () => writeFileSync(record, '{"runs":["../../etc"]}'),
  };
  for (const [what, spoil] of Object.entries(spoilers)) {
    spoil();
    const { exitCode, stderr } = await again();
    t.is(stderr, 'The selection is empty: --only and --not leave no cell of the matrix.', what);
    t.is(exitCode, 64, what);
  }
});

test.serial('what a merge or a report that was killed has left is no run, and goes', async (t) => {
  const [from, out] = [scratch(t), scratch(t)];
  const run = await makeResults(from);
  await makeResults(out);
  const dead = spawn('true');
  await once(dead, 'exit');
  const marker = (made: string) => JSON.stringify({ schema: 1, made, pid: dead.pid });
  const staging = path.join(out, 'netns-restore', `.merging-${dead.pid}`);
  cpSync(path.join(from, run), staging, { recursive: true });
  const before = await quickCli(['lab', 'rebuild', '--out', out]);
  t.regex(before.stdout, /^1 run, 1 night: /);
  writeFileSync(path.join(staging, '.dockerd-leak-lab'), marker('merge'));
  const foreign = path.join(out, 'netns-restore/.merging-mine');
  mkdirSync(foreign);
  const site = path.join(out, 'report', `.report-${dead.pid}`);
  mkdirSync(site, { recursive: true });
  writeFileSync(path.join(site, '.dockerd-leak-lab'), marker('report'));
  t.is((await quickCli(['lab', 'merge', from, '--out', out])).exitCode, 0);
  t.is((await quickCli(['lab', 'report', '--out', out])).exitCode, 0);
  t.deepEqual([staging, foreign, site].map(existsSync), [false, true, false]);
});

test.serial('a directory that is gone', async (t) => {
  const gone = path.join(scratch(t), 'gone');
  mkdirSync(gone);
  const script = `cd ${gone} && rmdir ${gone} && exec ${process.execPath} ${start} lab show`;
  const ran = await execa('sh', ['-c', script], { reject: false });
  t.is(ran.stderr, 'The directory that the lab was started in is gone: change into another one and try again.');
  t.is(ran.exitCode, 3);
  t.throws(() => rmdirSync(gone));
});

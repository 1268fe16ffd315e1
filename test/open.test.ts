import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { makeRun } from '../harness/history/testing/stored.ts';
import { quickCli } from './support/quick-cli.ts';
import { scratch } from './support/scratch.ts';

const run = 'fake/2026-11-01_02-00-00';

/** Results with one run, and a directory for programs that is the whole PATH. */
async function make(t: ExecutionContext): Promise<{ results: string; programs: string }> {
  const [results, programs] = [path.join(scratch(t), 'a “#1” & more'), scratch(t)];
  mkdirSync(results);
  await makeRun(results, 'fake', '2026-11-01T02:00:00.000Z', [
    { levels: { daemon: '20.10.24' }, outcome: 'as-expected' },
  ]);
  return { results, programs };
}

/** A desktop's opener that writes down what it was given. */
function addOpener(programs: string, name: string, exitCode = 0): () => string[] {
  const file = path.join(programs, `${name}.given`);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >>'${file}'\nexit ${exitCode}\n`;
  writeFileSync(path.join(programs, name), script, { mode: 0o755 });
  return () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []);
}

const system = process.platform === 'darwin' ? 'open' : 'xdg-open';

test('lab open: the matrix, and the page of a run that is not written yet', async (t) => {
  const { results, programs } = await make(t);
  const given = addOpener(programs, system);
  const open = (...words: string[]) =>
    quickCli(['lab', 'open', ...words, '--out', results], { PATH: programs, BROWSER: '' });
  const matrix = path.join(results, 'report/index.html');
  const page = path.join(results, `report/runs/${run}.html`);
  t.false(existsSync(page));
  t.deepEqual(await open(), { exitCode: 0, stdout: matrix, stderr: '' });
  t.deepEqual(await open('fake'), { exitCode: 0, stdout: page, stderr: '' });
  t.regex(readFileSync(page, 'utf8'), /<h1>fake, 2026-11-01 02:00 UTC<\/h1>/);
  t.deepEqual(given(), [pathToFileURL(matrix).href, pathToFileURL(page).href]);
});

test('lab open: the user’s own browser comes first, and one that fails is told of', async (t) => {
  const { results, programs } = await make(t);
  const other = addOpener(programs, system);
  const given = addOpener(programs, 'my-browser', 3);
  const opened = await quickCli(['lab', 'open', run, '--out', results], { PATH: programs, BROWSER: 'my-browser' });
  const page = path.join(results, `report/runs/${run}.html`);
  t.deepEqual(opened, { exitCode: 0, stdout: page, stderr: 'my-browser did not open it: open it by hand' });
  t.deepEqual([given(), other()], [[pathToFileURL(page).href], []]);
});

test('lab open: without an opener the path is printed, and the page is there', async (t) => {
  const { results, programs } = await make(t);
  const opened = await quickCli(['lab', 'open', '--out', results], { PATH: programs, BROWSER: '' });
  const page = path.join(results, 'report/index.html');
  t.deepEqual(opened, { exitCode: 0, stdout: page, stderr: `${system} is not there: open it by hand` });
  t.true(existsSync(page));
});

test('lab open: a run that does not exist, and one that is kept elsewhere', async (t) => {
  const { results, programs } = await make(t);
  const elsewhere = scratch(t);
  await makeRun(elsewhere, 'fake', '2026-11-02T02:00:00.000Z', []);
  const given = addOpener(programs, system);
  const open = (wanted: string) => quickCli(['lab', 'open', wanted, '--out', results], { PATH: programs, BROWSER: '' });
  t.deepEqual(await open('nothing'), {
    exitCode: 64,
    stdout: '',
    stderr: `There is no run "nothing" in ${results}: name a run directory, SCENARIO or SCENARIO/START.`,
  });
  const foreign = path.join(elsewhere, 'fake/2026-11-02_02-00-00');
  t.deepEqual(await open(foreign), {
    exitCode: 64,
    stdout: '',
    stderr: `The run ${path.relative(results, foreign)} is not in the history of ${results}: pages are made of runs below --out.`,
  });
  t.deepEqual(given(), []);
});

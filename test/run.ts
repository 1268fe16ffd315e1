import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Parser } from 'tap-parser';
import { fileTimes } from './support/file-times.ts';

/**
 * Fills the cache, runs AVA and ends with the plain line `N passed, N failed`. Two or three files go at a time. Those that look at the whole host, or count
 * what another daemon would disturb, go one by one beside the unit tests, which start no daemon. With `--all` the slow ones go, too;
 * `--times` tells what each file took.
 */
const ours = new Set(['--all', '--times']);
const all = process.argv.includes('--all');
const extra = process.argv.slice(2).filter((word) => !ours.has(word));

/** Tests of the collector. It skips what does not fit into its time limit, so they run with nothing beside them. */
const timed = 'harness/diagnose/collector';
/** Files whose tests must be the only ones with daemons. */
const alone = ['budget', 'container', 'daemon', 'dind', 'interrupt'].map((name) => `test/${name}.test.ts`);
/** Files that wait nearly all of their time: they go beside the others. */
const waiting = ['test/slow/soak.test.ts'];
/** Slow files that look for what a run has left on the host, where other runs have sockets and mounts. */
const looking = ['container', 'kill'].map((name) => `test/slow/${name}.test.ts`);
const slow = globSync('test/slow/*.test.ts').filter((file) => ![...waiting, ...looking].includes(file));
const real = globSync('test/**/*.test.ts').filter((file) => !file.startsWith('test/slow/') && !alone.includes(file));
const unit = globSync('{harness,scenarios,vms}/**/*.test.ts').filter((file) => !file.startsWith(timed));
const parts = [
  // One of its three files waits for programs that hang.
  [['--concurrency=3', timed]],
  [
    ['--concurrency=2', ...unit],
    ['--concurrency=1', ...alone],
  ],
  // More than there are cores, as daemons wait for their ticks; their cells share the places of a host.
  [['--concurrency=3', ...real]],
  all ? [['--concurrency=2', ...slow]] : [],
  all ? [['--concurrency=1', ...looking]] : [],
];

const directory = mkdtempSync(path.join(os.tmpdir(), 'lab-test-run-'));
const times = path.join(directory, 'times.ndjson');
const environment = {
  ...process.env,
  // Of AVA itself and its workers; `support/worker-start.ts` keeps it from what tests start.
  NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'node-compile-cache'),
  ...(process.argv.includes('--times') && { LAB_TEST_TIMES: times }),
};

const filled = spawn('node', ['test/support/downloads.ts', ...(all ? ['--all'] : [])], { stdio: 'inherit' });
await once(filled, 'exit');

let passed = 0;
/** Each failure as it was printed; all are printed again at the end, where a log that was cut still has them. */
const failures: string[] = [];
const patient = all ? runAva(waiting) : Promise.resolve();
for (const beside of parts) await Promise.all(beside.map((words) => runAva([...words, ...extra])));
await patient;
process.stdout.write(fileTimes(times));
rmSync(directory, { recursive: true });
for (const failure of failures) process.stdout.write(failure);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;

async function runAva(words: string[]): Promise<void> {
  const ava = spawn('ava', ['--tap', ...words], { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  // A signal to this process is meant for the tests.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ava.kill(signal));
  const parser = new Parser();
  let ended = 0;
  let failedHere = 0;
  const fail = (text: string) => {
    failedHere++;
    failures.push(text);
    process.stdout.write(text);
  };
  parser.on('assert', ({ ok, name, diag }: { ok: boolean; name: string; diag?: unknown }) => {
    ended++;
    if (ok) passed++;
    else fail(`✘ ${name}\n${JSON.stringify(diag, null, 2)}\n`);
    if (ok) process.stdout.write(`✔ ${name}\n`);
  });
  // AVA logs what a test says with t.log as comments.
  parser.on('comment', (text: string) => process.stdout.write(`  ${text.replace(/^#\s*/, '')}`));
  const parsed = once(parser, 'complete');
  ava.stdout.pipe(parser);
  const [[exitCode, signal]] = await Promise.all([once(ava, 'exit'), parsed]);
  // A worker that crashed, or files without a test, are failures that TAP does not always count.
  if (exitCode !== 0 && failedHere === 0) {
    const how = signal === null ? `exit code ${exitCode}` : String(signal);
    fail(`✘ ava ${words.join(' ')}: ended with ${how} after ${ended} tests, none of which failed\n`);
  }
}

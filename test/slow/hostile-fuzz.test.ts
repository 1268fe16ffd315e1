import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import * as fc from 'fast-check';
import { conclusionOf } from '../../harness/cli/conclusion.ts';
import { LabError, UsageError } from '../../harness/core/errors.ts';
import { openHistory } from '../../harness/history/history.ts';
import { reportStoredComparison } from '../../harness/report/comparison-report.ts';
import { reportRun } from '../../harness/report/run-report.ts';
import { writeSite } from '../../harness/report/site/write-site.ts';
import { wholeLines } from '../../harness/report/screen.ts';
import { plain } from '../../harness/report/style.ts';
import { exitCodeOf } from '../../harness/run/exit-code.ts';
import { readRun } from '../../harness/store/read-run.ts';
import { declaredOf } from '../../scenarios/index.ts';
import { scratch } from '../support/scratch.ts';
import { makeResults } from '../hostile/results.ts';

const cell = 'cells/daemon=20.10.24,mountFlags=slave,liveRestore=on,starts=restarted,systemd=219';
const json = ['run.json', 'plan.json', 'verdict.json', 'observations.json', 'docker-version.json', 'docker-info.json'];
const names = [...json, 'events.ndjson', 'dockerd-1.log', 'goroutines.txt', 'heap.pb.gz', 'heap.svg'];
const placeOf = (name: string) => (name === 'run.json' ? name : `${cell}/${name}`);

/** Reads a run in each of the ways that a user can, and expects pages, or a failure that says what is wrong. */
async function readInEveryWay(t: ExecutionContext, results: string, run: string): Promise<void> {
  const night = 'nights/2026-11-01_02-00-00';
  const ways: (() => Promise<unknown>)[] = [
    async () => {
      const stored = await readRun(path.join(results, run));
      exitCodeOf(stored);
      return reportRun(stored, wholeLines, { conclusion: await conclusionOf(stored), isVerbose: true });
    },
    async () => {
      using history = await openHistory(results);
      const site = await writeSite({
        history,
        results,
        out: path.join(results, 'report'),
        limit: 14,
        scenarios: [],
        conclusionOf,
        declaredOf,
      });
      t.regex(readFileSync(path.join(results, 'report/index.html'), 'utf8'), /^<!doctype html>/);
      t.deepEqual(site.unreadable, []);
    },
    async () => {
      using history = await openHistory(results);
      return reportStoredComparison(history.compare(night, night), plain);
    },
  ];
  for (const way of ways) {
    try {
      await way();
    } catch (error) {
      if (!(error instanceof LabError || error instanceof UsageError)) throw error;
    }
  }
}

/** Puts content into one file of a run after the other, each into a fresh copy. */
async function tryContents(
  t: ExecutionContext,
  runs: number,
  contents: fc.Arbitrary<[string, (before: Buffer) => Buffer]>,
) {
  t.timeout(9 * 60_000);
  const top = scratch(t);
  const original = path.join(top, 'original');
  const run = await makeResults(original);
  let number = 0;
  await fc.assert(
    fc.asyncProperty(contents, async ([name, change]) => {
      const results = path.join(top, `${++number}`);
      cpSync(original, results, { recursive: true, verbatimSymlinks: true });
      const file = path.join(results, run, placeOf(name));
      writeFileSync(file, change(readFileSync(file)));
      await readInEveryWay(t, results, run);
      rmSync(results, { recursive: true });
    }),
    { numRuns: runs },
  );
}

test.serial('any bytes in any file of a run', async (t) => {
  const bytes = fc.tuple(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }));
  await tryContents(
    t,
    120,
    bytes.map(([name, content]) => [name, () => Buffer.from(content)]),
  );
});

test.serial('any bytes changed in any file of a run', async (t) => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const flips = fc.tuple(fc.constantFrom(...names), changes);
  await tryContents(
    t,
    150,
    flips.map(([name, at]) => [
      name,
      (before) => {
        for (const [place, value] of at) before[place % before.length] = value;
        return before;
      },
    ]),
  );
});

/** Numbers and texts that the schema takes and a picture, a table or a database may not. */
const odd = fc.oneof(
  fc.constantFrom(
    1e308,
    -1e308,
    5e-324,
    -0,
    2 ** 53,
    1e21,
    -1,
    0.1,
    1e15,
    '',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    '9'.repeat(300),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

test.serial('any value in the place of any other of a run', async (t) => {
  const swaps = fc.tuple(fc.constantFrom(...json, 'events.ndjson'), fc.nat(), odd);
  await tryContents(
    t,
    250,
    swaps.map(([name, place, value]) => [
      name,
      (before) =>
        Buffer.from(
          before
            .toString()
            .split(name === 'events.ndjson' ? '\n' : '\0')
            .map((text) => (text === '' ? '' : JSON.stringify(replaced(JSON.parse(text), place, value))))
            .join('\n'),
        ),
    ]),
  );
});

/** A copy of a value in which the leaf at a place, counted from the first and around, is another value. */
function replaced(whole: unknown, place: number, value: unknown): unknown {
  let leaves = 0;
  JSON.stringify(whole, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null) leaves++;
    return one;
  });
  let at = place % Math.max(1, leaves);
  return JSON.parse(
    JSON.stringify(whole, (_key, one: unknown) => {
      if (typeof one === 'object' && one !== null) return one;
      return at-- === 0 ? value : one;
    }),
  );
}

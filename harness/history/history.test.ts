import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { cellHash } from '../core/cell.ts';
import { openHistory, rebuildHistory, type History } from './history.ts';
import { brokenCell, makeRun, threeNights, wholeCell } from './testing/stored.ts';

const hash = cellHash(brokenCell);

/** Every answer of a history, as text. */
function answers(history: History): string {
  const { columns, rows } = history.matrix({ limit: 10 });
  return JSON.stringify(
    {
      nights: history.nights(),
      columns,
      rows,
      cells: rows.map((row) => history.cell(row.scenario, row.hash)),
      expected: rows.map((row) => history.expectedSeconds(row.scenario, row.hash)),
      failed: rows.map((row) => history.failedLast(row.scenario, row.hash)),
      compared: columns.flatMap((a) => columns.map((b) => history.compare(a.key, b.key))),
    },
    null,
    1,
  );
}

test('what nights and runs say together', async (t) => {
  const results = scratch(t);
  await threeNights(results);
  using history = await openHistory(results);
  t.deepEqual(history.unreadable, []);
  const { columns, rows } = history.matrix({ limit: 10 });
  t.deepEqual(
    columns.map(({ kind, label, key, kernels }) => `${kind} ${label} ${key}: ${kernels.join()}`),
    [
      'night nightly nights/2026-11-01_02-00-00: 6.1.0-50-cloud-amd64',
      'night nightly nights/2026-11-02_02-00-00: 6.1.0-50-cloud-amd64',
      'by hand mount-busy mount-busy/2026-11-02_12-00-00: 5.10.0-32-cloud-amd64',
      'night nightly nights/2026-11-03_02-00-00: 6.1.0-50-cloud-amd64',
    ],
  );
  t.deepEqual(
    rows.map(({ machine, scenario, name, trend }) => `${machine} ${scenario} ${name}: ${trend.state}`),
    [
      'local stats-leak control=planted leak/daemon=20.10.24: passing',
      'microvm mount-busy daemon=20.10.24/mountFlags=unset: stale',
      'local stats-leak daemon=20.10.24/mountFlags=slave: still failing',
      'local stats-leak daemon=20.10.24/mountFlags=unset: passing',
    ],
  );
  const [broken] = history.cell('stats-leak', hash);
  t.is(broken?.trend.firstBad, 'nights/2026-11-02_02-00-00');
  t.is(broken?.trend.lastGood, 'nights/2026-11-01_02-00-00');
  t.deepEqual(
    broken?.trend.moved.map(({ before, now }) => `${now.metric} ${before.slope} → ${now.slope}`),
    ['fds 1 → 5'],
  );
  t.is(history.expectedSeconds('stats-leak', hash), 20);
  t.is(history.expectedSeconds('mount-busy', cellHash(wholeCell)), undefined);
  t.true(history.failedLast('stats-leak', hash));
  t.false(history.failedLast('stats-leak', cellHash(wholeCell)));
  t.deepEqual(
    history.matrix({ machine: 'microvm', limit: 10 }).rows.map(({ scenario }) => scenario),
    ['mount-busy'],
  );
});

test('a rebuilt history gives the same answers byte for byte, in any order of reading', async (t) => {
  const results = scratch(t);
  const runs = await threeNights(results);
  let grown: string;
  {
    using history = await openHistory(results);
    t.is(history.nights().length, 4);
  }
  // Read one after the other: rows have other numbers then.
  const first = path.join(results, runs[0] ?? '', 'run.json');
  await writeFile(first, `${await readFile(first, 'utf8')}\n`);
  await makeRun(results, 'mount-busy', '2026-11-01T12:00:00.000Z', [{ levels: brokenCell, outcome: 'as-expected' }]);
  {
    using history = await openHistory(results);
    grown = answers(history);
  }
  using history = await rebuildHistory(results);
  t.is(answers(history), grown);
  using again = await openHistory(results);
  t.is(answers(again), grown);
});

test('what is no database, or one of another version, is made anew', async (t) => {
  const results = scratch(t);
  await threeNights(results);
  const file = path.join(results, 'history.sqlite');
  await writeFile(
    file,
    'This is no database at all, but it is as long as a header of SQLite has to be: 100 bytes, or some more.',
  );
  using history = await openHistory(results);
  t.is(history.nights().length, 4);
  t.true(existsSync(file));
});

import { existsSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { UsageError } from '../errors.ts';
import { cellHash } from '../matrix/cell.ts';
import { openHistory, rebuildHistory, type History } from './history.ts';
import { buildOf, makeNight, makeRun, slope } from './testing/stored.ts';

const slave = { daemon: '20.10.24', mountFlags: 'slave' };
const unset = { daemon: '20.10.24', mountFlags: 'unset' };
const control = { control: 'planted leak', daemon: '20.10.24' };
const hash = cellHash(slave);

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

/** Three nights, of which the second broke a cell, and a run by hand between them. */
async function threeNights(results: string): Promise<string[]> {
  const runs: string[] = [];
  for (const [day, outcome, value] of [
    ['01', 'as-expected', 1],
    ['02', 'unexpected', 1],
    ['03', 'unexpected', 5],
  ] as const) {
    const run = await makeRun(results, 'stats-leak', `2026-11-${day}T02:00:01.000Z`, [
      { levels: slave, outcome, slopes: [slope(value), slope(2, 'goroutines')], seconds: Number(day) * 10 },
      { levels: unset, outcome: 'as-expected' },
      { levels: control, outcome: 'as-expected' },
    ]);
    runs.push(run);
    await makeNight(results, `2026-11-${day}T02:00:00.000Z`, [run]);
  }
  runs.push(
    await makeRun(results, 'mount-busy', '2026-11-02T12:00:00.000Z', [{ levels: unset, outcome: 'infra-failed' }], {
      machine: {
        machine: 'microvm (TCG)',
        kernel: '6.1.0',
        kernelCommandLine: '',
        cpus: 2,
        memoryBytes: 1,
        limits: [],
      },
      kernels: [{ name: '5.10', release: '5.10.0-32-cloud-amd64', packages: {}, sha256: 'cd'.repeat(32) }],
    }),
  );
  return runs;
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
  t.is(history.expectedSeconds('mount-busy', cellHash(unset)), undefined);
  t.true(history.failedLast('stats-leak', hash));
  t.false(history.failedLast('stats-leak', cellHash(unset)));
  t.deepEqual(
    history.matrix({ machine: 'microvm', limit: 10 }).rows.map(({ scenario }) => scenario),
    ['mount-busy'],
  );
});

test('a rebuilt history gives the same answers byte for byte, whatever the order in which it was read', async (t) => {
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
  await makeRun(results, 'mount-busy', '2026-11-01T12:00:00.000Z', [{ levels: slave, outcome: 'as-expected' }]);
  {
    using history = await openHistory(results);
    grown = answers(history);
  }
  using history = await rebuildHistory(results);
  t.is(answers(history), grown);
  using again = await openHistory(results);
  t.is(answers(again), grown);
});

test('a run that is gone goes, one that has not ended is read again, one that can not be read is told', async (t) => {
  const results = scratch(t);
  const levels = { daemon: '1.13.1', mood: 'good' };
  const running = await makeRun(results, 'fake', '2026-11-01T02:00:00.000Z', [{ levels }], { state: 'running' });
  const whole = await makeRun(results, 'fake', '2026-11-02T02:00:00.000Z', [{ levels, outcome: 'as-expected' }]);
  const last = async () => {
    using history = await openHistory(results);
    const [cell] = history.cell('fake', cellHash(levels));
    const entries = cell?.entries.map(({ column, tries: [{ outcome }] }) => `${column} ${outcome}`);
    return { entries, unreadable: history.unreadable };
  };
  const good = `${whole} as-expected`;
  t.deepEqual(await last(), { entries: [`${running} not-finished`, good], unreadable: [] });
  const verdict = path.join('cells', 'daemon=1.13.1,mood=good', 'verdict.json');
  await writeFile(path.join(results, running, verdict), await readFile(path.join(results, whole, verdict)));
  t.deepEqual(await last(), { entries: [`${running} as-expected`, good], unreadable: [] });
  await writeFile(path.join(results, running, 'run.json'), '{');
  const { entries, unreadable } = await last();
  t.deepEqual(entries, [good]);
  t.deepEqual(
    unreadable.map(({ directory, why }) => [directory, why.split('\n')[0]]),
    [
      [
        running,
        `reading ${path.join(results, running, 'run.json')}: Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
      ],
    ],
  );
  rmSync(path.join(results, whole), { recursive: true });
  t.deepEqual((await last()).entries, undefined);
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

test('a night whose controls came out wrong is shown and does not count', async (t) => {
  const results = scratch(t);
  const cells = (outcome: 'as-expected' | 'unexpected') => [{ levels: slave, outcome }];
  const good = await makeRun(results, 'fake', '2026-11-01T02:00:01.000Z', cells('as-expected'));
  await makeNight(results, '2026-11-01T02:00:00.000Z', [good]);
  const bad = await makeRun(results, 'fake', '2026-11-02T02:00:01.000Z', cells('unexpected'));
  const why = 'no clean run was tried: nobody knows whether the instrument works';
  await makeNight(results, '2026-11-02T02:00:00.000Z', [bad], { valid: false, invalidBecause: [why] });
  using history = await openHistory(results);
  const { columns, rows } = history.matrix({ limit: 10 });
  t.deepEqual(
    columns.map(({ invalidBecause }) => invalidBecause),
    [[], [why]],
  );
  t.is(rows[0]?.entries.length, 2);
  t.is(rows[0]?.trend.state, 'passing');
});

test('repeats that contradict each other are a flake, kept side by side', async (t) => {
  const results = scratch(t);
  await makeRun(results, 'fake', '2026-11-01T02:00:00.000Z', [
    { levels: slave, outcome: 'as-expected' },
    { levels: slave, outcome: 'unexpected', repeat: 2 },
  ]);
  using history = await openHistory(results);
  const [row] = history.matrix({ limit: 1 }).rows;
  t.deepEqual(
    row?.entries[0]?.tries.map(({ number, outcome }) => [number, outcome]),
    [
      [1, 'as-expected'],
      [2, 'unexpected'],
    ],
  );
  t.true(row?.entries[0]?.flaky);
  t.is(row?.trend.state, 'flaky');
  using database = new DatabaseSync(path.join(results, 'history.sqlite'), { readOnly: true });
  t.deepEqual({ ...database.prepare('SELECT tries, outcomes FROM flakes').get() }, { tries: 2, outcomes: 2 });
});

test('two runs, nights or builds beside each other', async (t) => {
  const results = scratch(t);
  const runs = await threeNights(results);
  const newer = { daemon: '26.1.5', mountFlags: 'slave' };
  await makeRun(
    results,
    'stats-leak',
    '2026-11-04T02:00:00.000Z',
    [{ levels: newer, outcome: 'as-expected', slopes: [slope(0)] }],
    {
      builds: [buildOf('26.1.5')],
    },
  );
  using history = await openHistory(results);
  const nights = history.compare('2026-11-01_02-00-00', 'nights/2026-11-03_02-00-00/');
  t.deepEqual(
    nights.changed.map(({ name, before, now }) => [name, before.tries[0].outcome, now.tries[0].outcome]),
    [['daemon=20.10.24/mountFlags=slave', 'as-expected', 'unexpected']],
  );
  t.deepEqual(
    nights.moved.map(({ slopes }) => slopes.map(({ now }) => now.metric)),
    [['fds']],
  );
  t.is(nights.same, 2);
  const same = history.compare(runs[1] ?? '', path.join(results, runs[1] ?? ''));
  t.deepEqual([same.changed, same.moved, same.same], [[], [], 3]);
  const builds = history.compare('20.10.24', '26.1.5');
  t.deepEqual(
    builds.changed.map(({ name, before }) => [name, before.tries[0].run]),
    [['daemon=26.1.5/mountFlags=slave', runs[2]]],
  );
  t.deepEqual(builds.onlyNow, []);
  t.is(builds.onlyBefore.length, 2);
  t.throws(() => history.compare('20.10.24', 'nothing'), {
    instanceOf: UsageError,
    message:
      'There is no night, run or build "nothing" in the history: name nights/START, SCENARIO/START, or a build by its version.',
  });
});

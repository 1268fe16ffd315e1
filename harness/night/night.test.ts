import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { Parser } from 'tap-parser';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { fakeJudgement } from '../../test/support/fake-scenario.ts';
import { scratch } from '../../test/support/scratch.ts';
import { scenarios } from '../../scenarios/index.ts';
import { machineKinds } from '../machines/registry.ts';
import { junitOf } from '../report/junit.ts';
import { summaryOf } from '../report/night-summary.ts';
import { tapOf } from '../report/tap.ts';
import type { Outcome } from '../core/outcome.ts';
import { writeJson } from '../store/files.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { RunRecord } from '../store/schema.ts';
import { cellHash, cellName } from '../core/cell.ts';
import { mergeResults } from './merge.ts';
import { isOfShard, ordered, type Past } from './order.ts';
import { nightParts, type NightPart } from './plan.ts';
import { readNights, type NightRecord } from '../store/night-record.ts';
import { invalidWords } from '../report/invalid-night.ts';
import { invalidBecause } from './validity.ts';

function cell(
  levels: Record<string, string>,
  outcome?: Outcome,
  changes: { failure?: string; repeat?: number } = {},
): StoredCell {
  const { failure, repeat = 1 } = changes;
  const judgement = fakeJudgement(outcome === 'unexpected' ? 'missed' : 'met');
  return {
    plan: { schema: 1, name: cellName(levels), hash: cellHash(levels), cell: levels, repeat },
    directory: '',
    ...(outcome && {
      verdict: {
        schema: 2,
        outcome,
        seconds: 2.5,
        shares: {},
        ...(failure === undefined ? { judgement } : { failure }),
      },
    }),
  };
}

const record: RunRecord = {
  schema: 1,
  scenario: 'netns-restore',
  claim: '',
  state: 'finished',
  startedAt: '2026-11-22T06:09:16.000Z',
  endedAt: '2026-11-22T06:09:37.000Z',
  commandLine: [],
  lab: { version: '0.1.0', revision: 'abc', node: '24.21.0' },
  jobs: 2,
  machine: fakeHost,
  builds: [],
  cells: [],
  notes: [],
};

const run = (cells: StoredCell[]): StoredRun => ({ directory: 'results/netns-restore/1', run: record, cells });

const night: NightRecord = {
  schema: 2,
  profile: 'quick',
  state: 'finished',
  startedAt: '2026-11-22T06:09:16.000Z',
  host: 'a_host',
  lab: record.lab,
  only: [],
  not: [],
  done: [],
  leftOut: [{ part: 'boxes', why: 'The machine "vagrant" cannot run here; missing: vagrant\nWhat you can do: …' }],
  runs: [],
  valid: true,
  invalidBecause: [],
};

test('every part names what there is', (t) => {
  const names = new Set(scenarios.map(({ name }) => name));
  t.deepEqual(
    nightParts.filter(({ scenario }) => !names.has(scenario)),
    [],
  );
  t.is(new Set(nightParts.map(({ name }) => name)).size, nightParts.length, 'names of parts are their identity');
  const known = new Set(machineKinds.map(({ name }) => name));
  t.deepEqual(
    nightParts.filter(({ machine }) => !known.has(machine)).map(({ machine }) => machine),
    [],
  );
});

test('what failed comes first, then the cheap', (t) => {
  const parts: NightPart[] = ['dear', 'cheap', 'failed', 'became dear'].map((name, index) => ({
    name,
    profile: 'quick',
    scenario: 'netns-restore',
    machine: 'local',
    seconds: [90, 10, 500, 1][index] ?? 0,
  }));
  const past = ({ name }: NightPart): Past => ({
    seconds: name === 'became dear' ? 300 : undefined,
    failed: name === 'failed',
  });
  t.deepEqual(
    ordered(parts, past).map(({ name }) => name),
    ['failed', 'cheap', 'dear', 'became dear'],
  );
});

test('a cell is of exactly one shard', (t) => {
  for (let number = 0; number < 50; number++) {
    const hash = cellHash({ number: `${number}` });
    const shards = [1, 2, 3].filter((index) => isOfShard(hash, { index, of: 3 }));
    t.is(shards.length, 1);
  }
  t.true(isOfShard('abc', undefined));
});

test('a night without both controls right is invalid, even if the rest is green', (t) => {
  const planted = { control: 'planted leak', daemon: '20.10.24' };
  const clean = { control: 'clean run', daemon: '20.10.24' };
  t.deepEqual(invalidBecause([run([cell(planted, 'as-expected'), cell(clean, 'as-expected')])]), []);
  t.deepEqual(invalidBecause([run([cell({ daemon: '1' }, 'as-expected')])]).map(invalidWords), [
    'no planted leak was tried: it is not known whether this night can detect a leak',
    'no clean run was tried: it is not known whether this night can detect a leak',
  ]);
  t.deepEqual(invalidBecause([run([cell(planted, 'unexpected'), cell(clean)])]).map(invalidWords), [
    'the planted leak did not come out as it is known to: netns kept (control=planted leak/daemon=20.10.24)',
    'the clean run did not come out as it is known to: not finished (control=clean run/daemon=20.10.24)',
  ]);
});

const hostile = '<b>"x" & ]]> `y` # 1 | *z*\u0007';
const cells = [
  cell({ daemon: '20.10.24' }, 'as-expected'),
  cell({ daemon: hostile }, 'unexpected'),
  cell({ daemon: '1.13.1' }, 'not-applicable', { failure: 'no route to host\nmore' }),
  cell({ daemon: '26.1.5' }, 'infra-failed', { failure: hostile }),
  cell({ daemon: '28.5.2' }),
];

test('TAP', (t) => {
  const results = Parser.parse(tapOf([run(cells)]));
  const plan = results.find(([what]) => what === 'plan');
  t.like(plan?.[1], { start: 1, end: 5 });
  const asserts = results.flatMap(([what, one]) => (what === 'assert' ? [one] : []));
  t.deepEqual(
    asserts.map(({ ok, skip }) => (skip ? 'skip' : ok)),
    [true, false, 'skip', false, false],
  );
  t.is(asserts[1]?.name, 'netns-restore fake daemon=<b>"x" & ]]> `y` # 1 | *z*');
});

test('JUnit', (t) => {
  const xml = junitOf([run(cells)]);
  t.regex(xml, /<testsuite name="netns-restore \(fake\)" .*tests="5" failures="1" errors="2" skipped="1">/);
  t.regex(
    xml,
    /<testcase classname="netns-restore" name="daemon=&lt;b(>|&gt;)&quot;x&quot; &amp; \]\](>|&gt;) `y` # 1 \| \*z\*" time="2.5">/,
  );
  t.false(xml.includes('\u0007'), 'XML has no control characters');
});

test('the summary says first whether the night counts', (t) => {
  const text = summaryOf(
    { ...night, valid: false, invalidBecause: [{ reason: 'control-not-tried', control: 'clean run' }] },
    [run(cells)],
  );
  t.deepEqual(text.split('\n').slice(0, 5), [
    '# Night of 2026-11-22: quick, finished',
    '',
    '> [!CAUTION]',
    '> **This night is invalid, even if the rest is green.**',
    '> - no clean run was tried: it is not known whether this night can detect a leak',
  ]);
  t.regex(text, /^\| netns-restore \| fake \| 1 \| 1 \| 2 \| 1 \| 21\.0 s \| 1 \|$/m);
  t.regex(text, /^- ✘ netns-restore: `daemon=20.10.24`|^- ✘ netns-restore: `daemon=<b>/m);
  t.regex(text, /^- boxes: The machine "vagrant" cannot run here; missing: vagrant$/m);
  t.regex(summaryOf(night, []), /^The controls came out right: /m);
});

test('results of two hosts are merged, once, and the same run of both is kept', async (t) => {
  const [one, other, here] = [scratch(t), scratch(t), scratch(t)];
  for (const [results, host] of [
    [one, 'one'],
    [other, 'other'],
  ] as const) {
    const directory = path.join(results, 'netns-restore/2026-11-22_06-09-16');
    await mkdir(path.join(directory, 'cells'), { recursive: true });
    await writeJson(path.join(directory, 'run.json'), { ...record, notes: [host] });
    await mkdir(path.join(results, 'nights/2026-11-22_06-09-16'), { recursive: true });
    const runs = ['netns-restore/2026-11-22_06-09-16'];
    await writeJson(path.join(results, 'nights/2026-11-22_06-09-16/night.json'), { ...night, host, runs });
  }
  t.deepEqual(await mergeResults([one, other], here), { runs: 2, nights: 2, known: 0, leftOut: [] });
  t.deepEqual(await mergeResults([one, other], here), { runs: 0, nights: 0, known: 4, leftOut: [] });
  const merged = await readNights(here);
  t.deepEqual(
    merged.nights.map(({ night: { host, runs } }) => [host, runs]),
    [
      ['one', ['netns-restore/2026-11-22_06-09-16']],
      ['other', ['netns-restore/2026-11-22_06-09-16-2']],
    ],
  );
  t.regex(await readFile(path.join(here, 'netns-restore/2026-11-22_06-09-16-2/run.json'), 'utf8'), /"other"/);
  const empty = scratch(t);
  await writeFile(path.join(empty, 'file'), '');
  await t.throwsAsync(mergeResults([empty], here), {
    message: /^There is no run in .*: name a directory with results\.$/,
  });
});

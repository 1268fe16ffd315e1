import test from 'ava';
import { recoveryRecord, type Recovery } from './recovery-record.ts';
import { recoverySeriesRecord, type RecoverySeries } from '../evidence/recovery-series.ts';
import { judgeRecovery } from './recovery.ts';
import { MissingReadingError, UnjudgeableError } from './sample.ts';

const base = { metric: 'fds', unit: 'fds', per: 'call', granularity: 1 };
const after = (...values: [number, number, number?][]): RecoverySeries['after'] =>
  values.map(([seconds, value, gcs]) => ({ seconds, value, ...(gcs !== undefined && { gcs }) }));
const values = (...list: number[]) => list.map((value) => ({ value }));

const fds: RecoverySeries = {
  ...base,
  baseline: values(24, 24, 24),
  peak: { dose: 4000, value: 4024 },
  after: after([0.2, 3100], [0.7, 24], [5, 25]),
};

// t(0.999, 2) × √(1/12) × √(4/3), and one fd.
const tolerance = 1 + 22.327124770119866 * Math.sqrt(1 / 12) * Math.sqrt(4 / 3);

test('fds are back at the first reading from which they stay', (t) => {
  const recovery = judgeRecovery(fds);
  t.is(recovery.tolerance.toFixed(9), tolerance.toFixed(9));
  t.deepEqual(recovery, {
    schema: 1,
    metric: 'fds',
    unit: 'fds',
    per: 'call',
    recovery: 'full',
    baseline: 24,
    peak: 4024,
    final: 25,
    tolerance: recovery.tolerance,
    fraction: 3999 / 4000,
    settled: { bySeconds: 0.7, notAtSeconds: 0.2 },
    residuePerDose: 1 / 4000,
    reasons: ['it rose from 24 fds to 4,024 fds and came back within 0.7 s of the close'],
  });
  t.deepEqual(recoveryRecord.parse(JSON.parse(JSON.stringify(recovery))), recovery);
  t.deepEqual(recoverySeriesRecord.parse(fds), fds);
});

const heap = { ...base, metric: 'HeapAlloc', unit: 'bytes', granularity: 8, baseline: values(5.4e6, 5.42e6, 5.41e6) };
const peak = { dose: 4000, value: 137_600_000 };

const recovers = test.macro((t, series: RecoverySeries, expected: Partial<Recovery>) => {
  const recovery = judgeRecovery(series);
  t.deepEqual(recovery, { ...recovery, ...expected });
});

test(
  'the heap needs two collections',
  recovers,
  { ...heap, peak, after: after([1, 137_500_000, 0], [2, 60_000_000, 1], [3, 5_600_000, 2], [9, 5_500_000, 3]) },
  {
    recovery: 'full',
    settled: { bySeconds: 3, notAtSeconds: 2, gcs: 2 },
    reasons: [
      'it rose from 5,410,000 bytes to 137,600,000 bytes and came back within 3 s and 2 garbage collections of the close',
    ],
  },
);

test(
  'one collection is enough',
  recovers,
  { ...heap, peak, after: after([0, 5_500_000, 1]) },
  {
    settled: { bySeconds: 0, gcs: 1 },
    reasons: [
      'it rose from 5,410,000 bytes to 137,600,000 bytes and came back within 0 s and 1 garbage collection of the close',
    ],
  },
);

test(
  'RSS comes back in part, and what is left is left per call',
  recovers,
  { ...heap, metric: 'RSS', peak, after: after([1, 137_600_000], [125, 71_600_000], [180, 71_505_000]) },
  {
    recovery: 'partial',
    fraction: 0.5,
    final: 71_505_000,
    residuePerDose: 66_095_000 / 4000,
    settled: { bySeconds: 125, notAtSeconds: 1 },
    reasons: [
      'it rose from 5,410,000 bytes to 137,600,000 bytes and gave 50 % of it back within 125 s of the close: 71,505,000 bytes is left 180 s after the close, 16,524 bytes per call',
    ],
  },
);

test(
  'nothing comes back',
  recovers,
  { ...heap, peak, after: after([60, 137_500_000]) },
  {
    recovery: 'none',
    settled: null,
    reasons: [
      'it rose from 5,410,000 bytes to 137,600,000 bytes and did not come back: 137,500,000 bytes is left 60 s after the close, 33,023 bytes per call',
    ],
  },
);

test(
  'a value that goes on rising gives nothing back',
  recovers,
  { ...fds, after: after([1, 4100]) },
  { recovery: 'none', fraction: 0 },
);

test(
  'a value that ends below the baseline is back, and gave back no more than all',
  recovers,
  { ...fds, after: after([1, 4]) },
  { recovery: 'full', fraction: 1, residuePerDose: -20 / 4000 },
);

test(
  'one that goes on falling within the noise was back before',
  recovers,
  { ...fds, after: after([1, 32], [2, 20]) },
  { recovery: 'full', settled: { bySeconds: 1 } },
);

test(
  'one that was back and rose again is not',
  recovers,
  { ...fds, after: after([1, 24], [2, 24], [3, 500]) },
  { recovery: 'partial', settled: { bySeconds: 1 }, final: 500 },
);

test(
  'a peak within the noise proves nothing',
  recovers,
  { ...fds, peak: { dose: 4000, value: 32 }, after: after([1, 24]) },
  {
    recovery: 'nothing-to-recover',
    fraction: null,
    settled: null,
    reasons: ['it rose from 24 fds to 32 fds, which is within the noise: there was nothing to come back'],
  },
);

test('the tolerance itself is within the noise', (t) => {
  const at = (value: number, end: number) =>
    judgeRecovery({ ...fds, peak: { dose: 1, value }, after: after([1, end]) }).recovery;
  t.is(tolerance.toFixed(3), '8.442');
  t.deepEqual(
    [at(32.4, 24), at(32.5, 24), at(4024, 32.4), at(4024, 32.5)],
    ['nothing-to-recover', 'full', 'full', 'partial'],
  );
  t.deepEqual([at(4024, 4015.6), at(4024, 4015.5)], ['none', 'partial']);
});

test('readings may come in any order', (t) => {
  t.deepEqual(judgeRecovery({ ...fds, after: fds.after.toReversed() }), judgeRecovery(fds));
});

const missing = { missing: 'EACCES' };
const incomplete: [string, RecoverySeries, string, string][] = [
  ['before', { ...fds, baseline: [...fds.baseline, missing] }, ': baseline: 1 of 4', 'before the first dose'],
  ['at the peak', { ...fds, peak: { dose: 4000, ...missing } }, ': peak: 1 of 1', 'dose 4000'],
  ['after', { ...fds, after: [{ seconds: 3, ...missing }] }, ': 1 of 1', '3 s after the close'],
];
for (const [what, series, doing, place] of incomplete) {
  test(`a missing reading is an error: ${what}`, (t) => {
    t.throws(() => judgeRecovery(series), {
      instanceOf: MissingReadingError,
      message: `judging the recovery of fds${doing} readings are missing
  expected: a value for every reading
  evidence:
    ${place}: EACCES
  what you can do: see why the probe could not read, and run the cell again`,
    });
  });
}

const short: [RecoverySeries, string][] = [
  [{ ...fds, baseline: values(24) }, '1 before and 3 after'],
  [{ ...fds, after: [] }, '3 before and 0 after'],
];
for (const [series, happened] of short) {
  test(`too few readings: ${happened}`, (t) => {
    t.throws(() => judgeRecovery(series), {
      instanceOf: UnjudgeableError,
      message: `judging the recovery of fds: ${happened}
  expected: two readings or more before the first dose, and one or more after the close`,
    });
  });
}

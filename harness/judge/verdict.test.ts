import test from 'ava';
import { MissingReadingError, UnjudgeableError } from './sample.ts';
import type { Series } from '../evidence/series.ts';
import { measuredDoses } from './testing/reconstructed.ts';
import { fds, seriesOf } from './testing/series.ts';
import { judge, method } from './verdict.ts';

test('the whole of a verdict', (t) => {
  const threshold = { value: 0.0015686903917892729, granularity: 0.00025, noise: 0.0013186903917892729, drift: 0 };
  const high = { highConfidence: 0.9916666666666667, high: 1 };
  t.deepEqual(
    judge(
      seriesOf(fds, measuredDoses, [24, 524, 1024, 2024, 4024]),
      seriesOf(fds, measuredDoses, [24, 24, 24, 24, 24]),
    ),
    {
      schema: 1,
      metric: 'fds',
      unit: 'fds',
      per: 'call',
      verdict: 'leak',
      slope: 1,
      interval: { low: 0.9990675450816803, high: 1.000414507563761, lowConfidence: 0.999, highConfidence: 0.99 },
      robust: { slope: 1, low: 1, lowConfidence: 0.9916666666666667, ...high },
      intercept: 24,
      r2: 1,
      threshold,
      detectionLimit: 0.00704400587240455,
      noise: { idle: 0.2886751345948129, run: 0.2886751345948129 },
      n: 5,
      doses: { from: 0, to: 4000, distinct: 5 },
      method,
      withdrawn: [],
      reasons: [
        'it grows by at least 0.99907 fds per call (99.9 % sure), more than the threshold of 0.0015687 fds per call',
        'the threshold is the sum of 0.00025 for one smallest allocation in 4,000 doses, 0.0013187 for the noise of the idle cell (0.28868 fds) and 0 for what the idle cell grows by itself',
      ],
    },
  );
});

const idle = seriesOf(fds, measuredDoses, [24, 24, 24, 24, 24]);
const clean = seriesOf(fds, measuredDoses, [24, 25, 24, 24, 25]);

test('an idle cell that was read at one dose leaves the drift unknown, and the verdict says so', (t) => {
  const verdict = judge(clean, seriesOf(fds, [0, 0, 0], [24, 24, 25]));
  t.is(verdict.verdict, 'no-leak');
  t.is(
    verdict.reasons.at(-1),
    'the threshold is the sum of 0.00025 for one smallest allocation in 4,000 doses, 0.0040764 for the noise of the idle cell (0.57735 fds) and drift unknown, as the idle cell was read at one dose only',
  );
});

test('values that do not vary have no r², and each cell its own noise', (t) => {
  const flat = judge(idle, seriesOf(fds, measuredDoses, [24, 30, 24, 30, 24]));
  t.is(flat.r2, null);
  t.is(flat.noise.run, 1 / Math.sqrt(12));
  t.true(flat.noise.idle > 3, `${flat.noise.idle} fds`);
});

const withPoints = (series: Series, points: Series['points']): Series => ({ ...series, points });
const broken = withPoints(clean, [
  ...clean.points,
  { dose: 8000, missing: 'read /proc/812/fd: no such process' },
  { dose: 16000, value: Number.NaN },
]);
const incomplete = (doing: string) => ({
  instanceOf: MissingReadingError,
  name: 'MissingReadingError',
  message: `${doing}: 2 of 7 readings are missing
  expected: a value for every reading
  evidence:
    dose 8000: read /proc/812/fd: no such process
    dose 16000: not a finite number
  what you can do: see why the probe could not read, and run the cell again`,
});

test('a missing reading is an error, never a pass', (t) => {
  t.throws(() => judge(broken, idle), incomplete('judging fds'));
});

test('so is one of the idle cell', (t) => {
  t.throws(() => judge(clean, broken), incomplete('judging fds: the idle cell'));
});

for (const [key, value] of [
  ['metric', 'goroutines'],
  ['unit', 'bytes'],
  ['per', 'container'],
  ['granularity', 8],
] as const) {
  test(`an idle cell with another ${key} is no idle cell`, (t) => {
    t.throws(() => judge(clean, { ...idle, [key]: value }), {
      instanceOf: UnjudgeableError,
      name: 'UnjudgeableError',
      message: `judging fds: its ${key} is ${value}\n  expected: an idle cell with the ${key} ${clean[key]}`,
    });
  });
}

test('two doses are too few', (t) => {
  t.throws(() => judge(withPoints(clean, clean.points.slice(0, 2)), idle), {
    instanceOf: UnjudgeableError,
    message: `judging fds: 2 readings at 2 different doses
  expected: readings at three different doses or more
  what you can do: give the cell more doses`,
  });
});

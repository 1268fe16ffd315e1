import test from 'ava';
import { MissingReadingError, UnjudgeableError, type Series } from './sample.ts';
import { measuredDoses, reconstructed, type Reconstructed } from './testing/reconstructed.ts';
import { seeded } from './testing/random.ts';
import { fds, seriesOf } from './testing/series.ts';
import { slopeVerdictRecord, type SlopeVerdict } from './verdict-record.ts';
import { judge, method } from './verdict.ts';

const significant = (value: number) => Number(value.toPrecision(5));

/** What a verdict says in short: `leak 1 (0.99907 to 1.0004), r² 1, threshold 0.0015687, limit 0.007044`. */
function short({ verdict, slope, interval, r2, threshold, detectionLimit }: SlopeVerdict): string {
  const [mean, low, high, limit, least] = [slope, interval.low, interval.high, threshold.value, detectionLimit].map(
    significant,
  );
  return `${verdict} ${mean} (${low} to ${high}), r² ${r2 === null ? 'none' : significant(r2)}, threshold ${limit}, limit ${least}`;
}

const made = (one: Reconstructed, values: readonly number[]) => seriesOf(one, measuredDoses, values);

/** Series with the slopes of FACTS.md, and what the judge says of them. */
const verdicts = new Map([
  ['dockerd 1.13.1, burst: RSS', 'leak 32204 (30307 to 33047), r² 0.9999, threshold 390.97, limit 22803'],
  [
    'dockerd 1.13.1, burst: HeapAlloc after GC',
    'leak 33091 (32218 to 33479), r² 0.99998, threshold 66.924, limit 10170',
  ],
  ['dockerd 1.13.1, burst: stacks', 'leak 12513 (11469 to 12977), r² 0.9998, threshold 114.48, limit 14006'],
  ['dockerd 1.13.1, burst: fds', 'leak 1 (0.99907 to 1.0004), r² 1, threshold 0.0015687, limit 0.007044'],
  ['dockerd 1.13.1, burst: goroutines', 'leak 3 (2.9939 to 3.0028), r² 1, threshold 0.0045837, limit 0.070242'],
  ['dockerd 1.13.1, amid other traffic: RSS', 'leak 59828 (56296 to 61398), r² 0.9999, threshold 5210.4, limit 40470'],
  [
    'dockerd 1.13.1, amid other traffic: HeapAlloc after GC',
    'leak 33009 (31062 to 33874), r² 0.9999, threshold 203.23, limit 19747',
  ],
  [
    'dockerd 1.13.1, amid other traffic: stacks',
    'leak 14200 (13018 to 14726), r² 0.9998, threshold 114.48, limit 12098',
  ],
  [
    'dockerd 20.10.24, containerd stopped: RSS',
    'leak 30454 (26863 to 32051), r² 0.9996, threshold 4057.5, limit 54157',
  ],
  [
    'dockerd 20.10.24, containerd stopped: HeapAlloc after GC',
    'leak 32234 (30333 to 33079), r² 0.9999, threshold 191.24, limit 20783',
  ],
  [
    'dockerd 20.10.24, containerd stopped: goroutines',
    'leak 1.9999 (1.9962 to 2.0016), r² 1, threshold 0.0031161, limit 0.046964',
  ],
]);

for (const one of reconstructed) {
  const name = `${one.daemon}: ${one.metric}`;
  test(`${name}, as measured, leaks`, (t) => {
    const verdict = judge(made(one, one.values), made(one, one.idle));
    t.is(short(verdict), verdicts.get(name) ?? '');
    t.deepEqual(verdict.withdrawn, []);
    t.deepEqual(slopeVerdictRecord.parse(JSON.parse(JSON.stringify(verdict))), verdict);
  });
  test(`${name}, of a made idle cell, does not`, (t) => {
    t.is(judge(made(one, one.idle), made(one, one.idle.toReversed())).verdict, 'no-leak');
  });
}

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

const count = (n: number, value: (index: number) => number) => Array.from({ length: n }, (_, index) => value(index));
const nine = count(9, (index) => index * 500);
const doubling = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const jitter = [30, 31, 30, 30, 31, 30, 31, 31, 30, 30, 31, 30];
const oneOrZero = (n: number) => count(n, (index) => 30 + (index % 2));

/** The parts of a verdict that a run's shape decides; the sentence on the threshold's parts is left out. */
function shape({ verdict, withdrawn, saturation, moreDoses, reasons }: SlopeVerdict) {
  return { verdict, withdrawn, saturation, moreDoses, reasons: reasons.slice(0, -1) };
}

interface Expected {
  verdict: SlopeVerdict['verdict'];
  withdrawn?: SlopeVerdict['withdrawn'];
  saturation?: SlopeVerdict['saturation'];
  moreDoses?: SlopeVerdict['moreDoses'];
  reasons: string[];
}

const says = test.macro(
  (t, doses: readonly number[], values: readonly number[], idle: readonly number[], expected: Expected) => {
    const verdict = judge(seriesOf(fds, doses, values), seriesOf(fds, doses, idle));
    t.deepEqual(shape(verdict), { withdrawn: [], saturation: undefined, moreDoses: undefined, ...expected });
  },
);

test('clean, with noise', says, nine, [31, 34, 30, 36, 29, 33, 38, 30, 35], [31, 30, 33, 29, 34, 31, 28, 33, 30], {
  verdict: 'no-leak',
  reasons: [
    'it grows by at most 0.0030505 fds per call (99 % sure), less than the threshold of 0.0039772 fds per call; a leak of 0.068513 fds per call or more would have been found 99 times in 100',
  ],
});

test(
  'no noise at all',
  says,
  nine,
  count(9, () => 31),
  count(9, () => 31),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.00022345 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.0019211 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'values that shrink',
  says,
  nine,
  count(9, (index) => 4031 - index * 500),
  count(9, () => 31),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most -0.99978 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.0019211 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'a leak under noise',
  says,
  nine,
  [31, 190, 310, 480, 610, 790, 900, 1060, 1230],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'leak',
    reasons: [
      'it grows by at least 0.2779 fds per call (99.9 % sure), more than the threshold of 0.0015503 fds per call',
    ],
  },
);

test(
  'noise that the idle cell does not have',
  says,
  nine,
  [31, 54, 10, 66, 29, 83, 38, 10, 75],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'inconclusive',
    moreDoses: { readings: 24, upTo: 16000 },
    reasons: [
      'it may grow by anything from -0.030984 fds per call (99.9 % sure) to 0.025755 fds per call (99 % sure): the threshold is 0.0015503 fds per call',
      '24 more readings up to dose 16,000 should settle it',
    ],
  },
);

test(
  'growth that a wandering value may have, too',
  says,
  nine,
  [31, 60, 100, 110, 150, 200, 190, 240, 260],
  [31, 30, 31, 30, 31, 31, 32, 31, 30],
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.04276 fds per call (99.9 % sure), more than the threshold of 0.0015503 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.013795 fds per call',
    ],
  },
);

test('one outlier at the highest dose', says, doubling, [30, 31, 30, 30, 31, 30, 31, 30, 30, 31, 31, 930], jitter, {
  verdict: 'inconclusive',
  withdrawn: ['outlier', 'single-step'],
  reasons: [
    'it grows by at least 0.19032 fds per call (99.9 % sure), more than the threshold of 0.0040385 fds per call',
    'withdrawn: one reading decides: without 930 fds at dose 1,024 the growth is not above the threshold',
    'withdrawn: a few readings make the growth: the robust slope is 0 fds per call, and may be as low as 0 fds per call',
    'withdrawn: a single step of 899.55 fds between doses 512 and 1,024 describes it as well as growth with every dose',
    'the growth is not even: least squares give 0.73221 fds per call, the robust slope is 0 fds per call',
  ],
});

test(
  'a few outliers at the highest doses',
  says,
  doubling,
  [30, 31, 30, 30, 31, 30, 30, 31, 30, 31, 330, 600],
  jitter,
  {
    verdict: 'inconclusive',
    withdrawn: ['outlier'],
    reasons: [
      'it grows by at least 0.37547 fds per call (99.9 % sure), more than the threshold of 0.0040385 fds per call',
      'withdrawn: a few readings make the growth: the robust slope is 0.0040675 fds per call, and may be as low as 0 fds per call',
      'the growth is not even: least squares give 0.56107 fds per call, the robust slope is 0.0040675 fds per call',
    ],
  },
);

test(
  'one outlier that hides nothing',
  says,
  nine,
  count(9, (index) => (index === 4 ? 900 : 0) + 31 + index * 500),
  count(9, () => 31),
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.60374 fds per call (99.9 % sure), more than the threshold of 0.00075441 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.6278 fds per call',
    ],
  },
);

test(
  'a single step',
  says,
  count(24, (index) => index * 100),
  count(24, (index) => (index < 12 ? 30 : 130) + (index % 2)),
  oneOrZero(24),
  {
    verdict: 'inconclusive',
    withdrawn: ['single-step'],
    reasons: [
      'it grows by at least 0.035806 fds per call (99.9 % sure), more than the threshold of 0.0012483 fds per call',
      'withdrawn: a single step of 100 fds between doses 1,100 and 1,200 describes it as well as growth with every dose',
    ],
  },
);

test(
  'a saw-tooth',
  says,
  count(30, (index) => index * 100),
  count(30, (index) => 30 + 10 * (index % 10) + 20 * Math.floor(index / 10)),
  oneOrZero(30),
  {
    verdict: 'inconclusive',
    withdrawn: ['saw-tooth'],
    reasons: [
      'it grows by at least 0.01268 fds per call (99.9 % sure), more than the threshold of 0.0009035 fds per call',
      'withdrawn: it fell by 70 fds between doses 900 and 1,000, more than half of what it grew in all: something takes it back from time to time',
    ],
  },
);

test(
  'a saw-tooth in few readings',
  says,
  count(9, (index) => index * 100),
  count(9, (index) => 30 + 100 * (index % 3)),
  oneOrZero(9),
  {
    verdict: 'inconclusive',
    moreDoses: { readings: 14, upTo: 2200 },
    reasons: [
      'it may grow by anything from -0.4426 fds per call (99.9 % sure) to 0.43994 fds per call (99 % sure): the threshold is 0.0061726 fds per call',
      '14 more readings up to dose 2,200 should settle it',
    ],
  },
);

test('a leak that reaches a limit', says, nine, [31, 530, 1031, 1531, 2031, 2300, 2301, 2299, 2300], oneOrZero(9), {
  verdict: 'leak',
  saturation: { dose: 2268.9462107578483, level: 2300 },
  reasons: [
    'it grows by at least 0.99708 fds per call (99.9 % sure), more than the threshold of 0.0023419 fds per call',
    'the growth ends at dose 2,268.9, at 2,300 fds',
  ],
});

test('a limit that is reached too soon', says, nine, [31, 300, 900, 1200, 1201, 1200, 1199, 1200, 1200], oneOrZero(9), {
  verdict: 'inconclusive',
  withdrawn: ['saturation'],
  saturation: { dose: 1408.7073264288456, level: 1200 },
  reasons: [
    'it may grow by anything from -0.090847 fds per call (99.9 % sure) to 0.48924 fds per call (99 % sure): the threshold is 0.0012345 fds per call',
    'withdrawn: the readings before the standstill do not show a leak by themselves: add doses below 1,408.7',
    'the growth ends at dose 1,408.7, at 1,200 fds',
  ],
});

test(
  'drift that the idle cell shows, too',
  says,
  nine,
  count(9, (index) => 31 + index * 100),
  count(9, (index) => 28 + index * 100),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.20022 fds per call (99 % sure), less than the threshold of 0.20075 fds per call; a leak of 0.20192 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'drift, and a little more',
  says,
  nine,
  [31, 132, 231, 332, 432, 531, 633, 732, 834],
  count(9, (index) => 31 + index * 100),
  {
    verdict: 'inconclusive',
    withdrawn: ['drift'],
    moreDoses: { readings: 11, upTo: 9500 },
    reasons: [
      'it may grow by anything from 0.19954 fds per call (99.9 % sure) to 0.2011 fds per call (99 % sure): the threshold is 0.20075 fds per call',
      'withdrawn: it would be called a leak if the idle cell did not grow by 0.2 fds per call, too',
      '11 more readings up to dose 9,500 should settle it',
    ],
  },
);

test(
  'an idle cell that shrinks',
  says,
  nine,
  count(9, (index) => 31 + (index % 2)),
  count(9, (index) => 831 - index * 100),
  {
    verdict: 'no-leak',
    reasons: [
      'it grows by at most 0.00043614 fds per call (99 % sure), less than the threshold of 0.00075441 fds per call; a leak of 0.012586 fds per call or more would have been found 99 times in 100',
    ],
  },
);

test(
  'growth that is not even',
  says,
  nine,
  count(9, (index) => 31 + index ** 2 * 20),
  count(9, () => 31),
  {
    verdict: 'inconclusive',
    withdrawn: ['wandering'],
    reasons: [
      'it grows by at least 0.15608 fds per call (99.9 % sure), more than the threshold of 0.00075441 fds per call',
      'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to -0.011535 fds per call',
    ],
  },
);

test('a single step under noise', (t) => {
  const bumps = [-12, 5, 11, -3, 8, -9];
  const values = count(24, (index) => (index < 12 ? 30 : 130) + (bumps[index % 6] ?? 0));
  const doses = count(24, (index) => index * 100);
  const verdict = judge(seriesOf(fds, doses, values), seriesOf(fds, doses, oneOrZero(24)));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['inconclusive', ['single-step']]);
});

test('growth that speeds up a little is a leak, and said not to be even', (t) => {
  const values = doubling.map((dose) => Math.round(30 + 10 * dose + dose ** 2 / 300));
  const verdict = judge(seriesOf(fds, doubling, values), seriesOf(fds, doubling, jitter));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
  t.is(
    verdict.reasons[1],
    'the growth is not even: least squares give 13.142 fds per call, the robust slope is 10.47 fds per call',
  );
});

test('so is a leak with one low reading', (t) => {
  const values = doubling.map((dose) => (dose === 1024 ? 800 : 30 + dose));
  const verdict = judge(seriesOf(fds, doubling, values), seriesOf(fds, doubling, jitter));
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
  t.is(
    verdict.reasons[1],
    'the growth is not even: least squares give 0.79334 fds per call, the robust slope is 1 fds per call',
  );
});

test('falls that the idle cell has, too, are no saw-tooth', (t) => {
  const random = seeded(1);
  const doses = count(60, (index) => index * 10);
  const noise = () => Math.round(300 + 20 * random.normal());
  const without = seriesOf(fds, doses, count(60, noise));
  const verdict = judge(
    seriesOf(
      fds,
      doses,
      count(60, (index) => noise() + index * 2),
    ),
    without,
  );
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['leak', []]);
});

test('wandering is measured against the threshold, drift included', (t) => {
  const bumps = [35, -30, 28, -41, 33, -36, 30, -25, 40];
  const values = count(9, (index) => 31 + 150 * index + (bumps[index] ?? 0));
  const drifting = seriesOf(
    fds,
    nine,
    count(9, (index) => 31 + 100 * index),
  );
  const verdict = judge(seriesOf(fds, nine, values), drifting);
  t.deepEqual([verdict.verdict, verdict.withdrawn], ['inconclusive', ['wandering']]);
  t.is(
    verdict.reasons[1],
    'withdrawn: it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to 0.064771 fds per call',
  );
});

test('a run that is acquitted as a whole is not searched for a part that grows', (t) => {
  const doses = [0, 1, 2, 3, 1000, 2000, 3000];
  const drifting = doses.map((dose) => 2 * dose);
  const verdict = judge(seriesOf(fds, doses, [0, 1000, 2000, 3000, 3000, 3000, 3000]), seriesOf(fds, doses, drifting));
  t.is(verdict.verdict, 'no-leak');
  t.false('saturation' in verdict);
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

test('no continuation of the plan settles a run that is far noisier than the idle cell', (t) => {
  const verdict = judge(
    seriesOf(fds, nine, [0, 9e7, 0, 5e7, 0, 5e7, 0, 9e7, 0]),
    seriesOf(
      fds,
      nine,
      count(9, () => 31),
    ),
  );
  t.deepEqual(verdict.reasons.slice(1, -1), [
    'more doses of this kind will not settle it: the run is noisier than the idle cell, so quieten it or read the idle cell under the same load',
  ]);
  t.false('moreDoses' in verdict);
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

import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { inWords } from '../../test/support/in-words.ts';
import type { ExecTally } from '../../harness/evidence/exec-tally.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { useMetrics } from '../../harness/probes/use-metrics.ts';
import { judgeExecChurn } from './judge.ts';
import type { ExecChurnObservations } from './observations.ts';
import { execChurn } from './scenario.ts';

/** The readings of one metric: the idle value, and one for each dose. */
interface Readings {
  idle: number;
  series: readonly number[];
}
type Recorded = Readonly<Record<string, Readings>>;

const bytesOf = (kilobytes: number) => kilobytes * 1024;
const inKilobytes = (idle: number, series: readonly number[]): Readings => ({
  idle: bytesOf(idle),
  series: series.map(bytesOf),
});
const steady = (value: number): Readings => ({ idle: value, series: Array.from({ length: 17 }, () => value) });

/** Recorded on 26.1.5: 992 execs after 200. */
const execs: Recorded = {
  fds: steady(30),
  goroutines: { idle: 52, series: [52, 52, 52, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51] },
  threads: steady(12),
  'containerd-fds': steady(18),
  'containerd-goroutines': {
    idle: 31,
    series: [31, 31, 31, 31, 31, 33, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31],
  },
  'containerd-threads': steady(10),
  'shim-fds': { idle: 25, series: [24, 24, 25, 26, 25, 28, 24, 25, 25, 25, 25, 24, 26, 27, 25, 26, 24] },
  'shim-threads': steady(12),
  'shim-anonymous': inKilobytes(
    5528,
    [4908, 5564, 5056, 5516, 5624, 5816, 5712, 5780, 5584, 5692, 5796, 5852, 5404, 5812, 5776, 5688, 5260],
  ),
  'containerd-heap-alloc': inKilobytes(
    4488,
    [4489, 4494, 4483, 4488, 4496, 4501, 4493, 4495, 4505, 4495, 4498, 4503, 4508, 4522, 4524, 4524, 4527],
  ),
  'heap-alloc': inKilobytes(
    15_280,
    [
      15_417, 16_283, 17_250, 18_101, 18_999, 19_957, 20_855, 18_949, 19_732, 20_683, 21_618, 19_322, 20_285, 21_097,
      18_875, 19_670, 20_635,
    ],
  ),
};

/** Recorded on 20.10.24: 96 execs that are held, after 19. */
const held: Recorded = {
  ...execs,
  fds: { idle: 124, series: Array.from({ length: 17 }, (_, index) => 124 + 30 * index) },
  goroutines: {
    idle: 178,
    series: [178, 220, 262, 304, 345, 387, 429, 471, 513, 555, 597, 639, 681, 725, 765, 807, 849],
  },
  threads: { idle: 10, series: [10, ...Array.from({ length: 16 }, () => 11)] },
  'shim-fds': { idle: 215, series: Array.from({ length: 17 }, (_, index) => 215 + 60 * index) },
};

const granularities = new Map(
  [...useMetrics('shim'), ...useMetrics('containerd')].map(({ metric, granularity }) => [metric, granularity]),
);

function seriesOf(recorded: Recorded, step: number, values: (readings: Readings, index: number) => number): Series[] {
  return Object.entries(recorded).map(([metric, readings]) => ({
    metric,
    unit: /anonymous|alloc/.test(metric) ? 'bytes' : (metric.split('-').at(-1) ?? metric),
    per: 'exec',
    granularity: granularities.get(metric) ?? 1,
    points: readings.series.map((_, index) => ({ dose: index * step, value: values(readings, index) })),
  }));
}

function observed(recorded: Recorded, step = 62, tally: Partial<ExecTally> = {}): ExecChurnObservations {
  const use = (cpu: number, seconds: number) => ({ cpu, seconds });
  return {
    versions: { containerd: '1.7.24~ds1', runc: '1.1.15+ds1' },
    series: seriesOf(recorded, step, ({ series }, index) => series[index] ?? 0),
    idle: seriesOf(recorded, step, ({ idle }) => idle),
    tally: { asked: 1192, done: 1192, failures: {}, seconds: 77.48, ...tally },
    notes: {
      cpu: { idle: use(0.01, 1), readings: use(0.1, 0.3), work: use(1, 2) },
      log: { seconds: 0, lines: 0, patterns: {}, shapes: [] },
      info: [],
      costs: [{ probe: 'shims', milliseconds: Array.from({ length: 17 }, () => 30) }],
    },
  };
}

const cell = (work: string, dose = 'bounded') => ({ daemon: 'any', work, dose });
const judged = (...all: Parameters<typeof judgeExecChurn>) => inWords(judgeExecChurn(...all));

function surprises(...all: Parameters<typeof judgeExecChurn>): string[] {
  return judged(...all)
    .checks.filter(({ asExpected, undecided }) => !asExpected && !undecided)
    .map(({ what, observed: saw, expected }) => `${what}: ${saw}, not ${expected}`);
}

/** Readings that grow by so much an exec, from those that were recorded. */
const growing = (readings: Readings | undefined, perExec: number, step: number): Readings => ({
  idle: readings?.idle ?? 0,
  series: (readings?.series ?? []).map((value, index) => value + perExec * step * index),
});

test('a thousand execs acquit the counts; of memory they say what they would have seen', (t) => {
  const { observed: line, checks, bug, figures } = judged(cell('execs'), '20.10.24', observed(execs));
  t.regex(
    line,
    /^inconclusive: \d+ shim-anonymous bytes, \d+ containerd-heap-alloc bytes per exec · at least \d+,\d{3} shim-anonymous bytes, \d+ containerd-heap-alloc bytes per exec would have been seen$/,
  );
  t.is(bug, 'unknown');
  t.deepEqual(surprises(cell('execs'), '20.10.24', observed(execs)), []);
  const ofMemory = checks.filter(({ what }) => what === 'shim-anonymous' || what === 'containerd-heap-alloc');
  t.deepEqual(
    ofMemory.map(({ observed: saw, expected, undecided }) => [saw, expected, undecided]),
    [
      ['inconclusive', undefined, true],
      ['inconclusive', undefined, true],
    ],
  );
  t.regex(
    ofMemory[0]?.evidence[0] ?? '',
    /^at least [\d,]+ bytes per exec would have been seen in shim-anonymous, and reports speak of 10 to 50: a larger dose is needed to acquit$/,
  );
  t.is(figures?.[0], 'containerd 1.7.24~ds1, runc 1.1.15+ds1; 65 ms each, one after the other');
  t.true(figures?.some((one) => one.startsWith('dockerd keeps each ended exec, some 3 KB')));
});

test('a dose that could have seen ten bytes acquits, on the same readings', (t) => {
  const many = 62 * 5000;
  const calm = { ...execs, 'containerd-heap-alloc': steady(bytesOf(4490)) };
  const { observed: line, bug } = judged(cell('execs'), '20.10.24', observed(calm, many));
  t.is(line, 'no-leak: 0 shim-anonymous bytes, 0 containerd-heap-alloc bytes per exec');
  t.is(bug, 'absent');
});

test('what is reported, 48 bytes an exec in the shim, is a leak in a million execs', (t) => {
  const step = 62_500;
  const leaking = {
    ...execs,
    'shim-anonymous': growing(execs['shim-anonymous'], 48, step),
    'containerd-heap-alloc': steady(bytesOf(4490)),
  };
  const { observed: line, bug } = judged(cell('execs'), '20.10.24', observed(leaking, step));
  t.is(line, 'leak: 48 shim-anonymous bytes per exec');
  t.is(bug, 'present');
  t.is(judged(cell('pings'), '20.10.24', observed(leaking, step)).bug, 'absent', 'which pings cannot have made');
});

test('a descriptor, a goroutine or a thread for each tenth exec is a leak, and a surprise', (t) => {
  for (const metric of ['fds', 'goroutines', 'containerd-fds', 'containerd-goroutines', 'shim-fds', 'shim-threads']) {
    const leaking = observed({ ...execs, [metric]: growing(execs[metric], 0.1, 62) });
    t.deepEqual(surprises(cell('health-checks'), '26.1.5', leaking), [`${metric}: leak, not no-leak`], metric);
    t.is(judged(cell('health-checks'), '26.1.5', leaking).bug, 'present', metric);
  }
});

test('held execs are the planted leak, and no bug; found in dockerd and the shim, not in containerd', (t) => {
  const seen = observed(held, 6, { asked: 115, done: 115 });
  t.deepEqual(surprises(cell('held-execs'), '26.1.5', seen), []);
  const { observed: line, expected, bug } = judged(cell('held-execs'), '26.1.5', seen);
  t.is(line, 'leak: 5.000 fds, 6.993 goroutines, 10.000 shim fds per exec');
  t.is(expected, 'leak');
  t.is(bug, 'absent');
  const notSeen = observed({ ...held, 'shim-fds': steady(25) }, 6);
  t.deepEqual(surprises(cell('held-execs'), '26.1.5', notSeen), ['shim-fds: no-leak, not leak']);
});

test('pings are the clean run; a descriptor for each is found', (t) => {
  t.deepEqual(surprises(cell('pings'), '28.5.2', observed(execs)), []);
  t.is(judged(cell('pings'), '28.5.2', observed(execs)).observed, 'no-leak');
  const leaking = observed({ ...execs, fds: growing(execs['fds'], 1, 62) });
  t.deepEqual(surprises(cell('pings'), '28.5.2', leaking), ['fds: leak, not no-leak']);
});

test('execs that failed acquit no docker', (t) => {
  const failed = observed(execs, 62, { done: 1190, failures: { 'exit code 137': 1, 'status 500': 1 } });
  t.deepEqual(surprises(cell('execs'), '20.10.24', failed), [
    'execs done: 1,190, not 1,192',
    'execs that failed: 1 with exit code 137, 1 with status 500, not none',
  ]);
});

test('a run without a debug socket of containerd is judged by the rest', (t) => {
  const { 'containerd-goroutines': _goroutines, 'containerd-heap-alloc': _heap, ...rest } = execs;
  const { checks } = judged(cell('execs'), '20.10.24', observed(rest));
  t.deepEqual(
    checks.map(({ what }) => what).filter((what) => what.startsWith('containerd')),
    ['containerd-fds', 'containerd-threads'],
  );
});

const fullDose = z.record(z.string(), z.strictObject({ idle: z.number(), series: z.array(z.number()) }));

test('a full dose of 28.5.2, as recorded: the shim and containerd keep some bytes of each exec', (t) => {
  const file = path.join(import.meta.dirname, 'testing/full-dose-28.5.2.json');
  const memory = fullDose.parse(JSON.parse(readFileSync(file, 'utf8')));
  const long = ({ idle }: Readings): Readings => ({ idle, series: Array.from({ length: 101 }, () => idle) });
  const still = Object.fromEntries(Object.entries(execs).map(([metric, readings]) => [metric, long(readings)]));
  const seen = observed({ ...still, ...memory }, 1000, { asked: 101_000, done: 101_000 });
  const { observed: line, bug } = judged(cell('execs', 'full'), '28.5.2', seen);
  t.is(line, 'leak: 29 shim-anonymous bytes, 4 containerd-heap-alloc bytes per exec');
  t.is(bug, 'present');
  t.deepEqual(surprises(cell('execs', 'full'), '28.5.2', seen), []);
});

test('a full dose tells when dockerd has forgotten its execs', (t) => {
  const forgotten = (last: number): ExecChurnObservations => ({
    ...observed(execs),
    forgotten: [
      {
        metric: 'heap-alloc',
        unit: 'bytes',
        per: 'exec',
        granularity: 32_768,
        baseline: [15_277, 15_284, 15_282].map((kilobytes) => ({ value: bytesOf(kilobytes) })),
        peak: { dose: 992, value: bytesOf(20_635) },
        after: [
          { seconds: 1, gcs: 2, value: bytesOf(20_630) },
          { seconds: 500, gcs: 4, value: bytesOf(last) },
        ],
      },
    ],
  });
  t.regex(
    judged(cell('execs', 'full'), '20.10.24', forgotten(15_400)).observed,
    / · given back when dockerd forgets ended execs$/,
  );
  t.deepEqual(surprises(cell('execs', 'full'), '20.10.24', forgotten(15_400)), []);
  t.deepEqual(surprises(cell('execs', 'full'), '20.10.24', forgotten(20_600)), [
    'what was kept: never given back, not given back when dockerd forgets ended execs',
  ]);
});

test('the controls are held execs and pings, on a daemon of the run', (t) => {
  const controls = (daemons: string[]) =>
    execChurn.controls?.(daemons).map(({ cell: { control, daemon, work, dose } }) => [control, daemon, work, dose]);
  t.deepEqual(controls(['26.1.5', 'rolling']), [
    ['planted leak', '26.1.5', 'held-execs', 'bounded'],
    ['clean run', '26.1.5', 'pings', 'bounded'],
  ]);
  t.is(controls(['replica 1.13.1'])?.[0]?.[1], '20.10.24');
});

test('health checks need the event that counts them; a replica has no containerd', (t) => {
  const reason = (work: string, version: string, daemon = version) =>
    execChurn.notApplicable?.({ ...cell(work), daemon }, version, fakeHost);
  t.is(reason('health-checks', '17.12.1'), 'the event exec_die needs API 1.36');
  t.is(reason('health-checks', '18.09.9'), undefined);
  t.is(reason('execs', '1.12.6'), undefined);
  t.is(reason('execs', '1.13.1', 'replica 1.13.1'), 'a replica has neither containerd nor shims');
});

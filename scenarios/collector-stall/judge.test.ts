import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { judgeCollectorStall as judge } from './judge.ts';
import type { CollectorStallObservations } from './observations.ts';
import { runtimeSeries } from '../common/runtime/testing/runtime-series.ts';

const judgeCollectorStall = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const doses = [0, 500, 1000, 1500, 2000, 3000, 4000];
const warmUp = 500;

/** The amount that a call adds to each metric. */
type Slopes = Record<'fds' | 'goroutines' | 'heap-alloc' | 'heap-alloc-before-gc' | 'stacks' | 'rss', number>;

const none: Slopes = { fds: 0, goroutines: 0, 'heap-alloc': 0, 'heap-alloc-before-gc': 0, stacks: 0, rss: 0 };
/** FACTS: 20.10.24 with containerd stopped. */
const leak: Slopes = {
  fds: 1,
  goroutines: 2,
  'heap-alloc': 32_234,
  'heap-alloc-before-gc': 45_000,
  stacks: 10_240,
  rss: 30_454,
};

function seriesOf(slopes: Slopes): Series[] {
  return Object.entries(slopes).map(([metric, slope]) => ({
    metric,
    unit: ['fds', 'goroutines'].includes(metric) ? metric : 'bytes',
    per: 'call',
    granularity: ['fds', 'goroutines'].includes(metric) ? 1 : 8,
    points: doses.map((dose, index) => ({
      dose,
      value: 1_000_000 + slope * dose + (metric === 'heap-alloc' ? (index % 3) * 400 : 0),
    })),
  }));
}

function report(answered: number, open: number): Report {
  const sent = 4000 + warmUp;
  return {
    sent,
    open,
    answered: answered + warmUp,
    givenUp: 0,
    ended: 0,
    bytes: 0,
    failures: {},
    seconds: 1,
    longestTurn: 1,
    rss: 1,
  };
}

const use = (cpu: number, seconds: number) => ({ cpu, seconds });

function observed(slopes: Slopes, dosed: Report, released = report(4000, 0)): CollectorStallObservations {
  return {
    series: seriesOf(slopes),
    idle: seriesOf(none),
    warmUp,
    client: { pid: 346, dosed, released },
    callers: [],
    notes: {
      cpu: { idle: use(0.01, 1), readings: use(0.1, 0.3), work: use(12, 20) },
      log: { seconds: 0, lines: 0, patterns: {}, shapes: [] },
      info: [],
      costs: [{ probe: 'file descriptors', milliseconds: doses.map(() => 6) }],
    },
    recovery: [],
  };
}

const cell = (collector: string, client: string) => ({ daemon: '20.10.24', collector, client });

function surprises(levels: Record<string, string>, version: string, seen: CollectorStallObservations): string[] {
  const { checks } = judgeCollectorStall(levels, version, seen);
  return checks
    .filter(({ asExpected }) => !asExpected)
    .map(({ what, observed: saw, expected }) => `${what}: ${saw}, not ${expected}`);
}

test('the planted leak', (t) => {
  const levels = cell('stalled', 'agent-1.20');
  const seen = observed(leak, report(0, 4000));
  t.deepEqual(surprises(levels, '20.10.24', seen), []);
  const { bug, observed: saw, figures = [] } = judgeCollectorStall(levels, '20.10.24', seen);
  t.is(bug, 'present');
  t.regex(saw, /^leak: 1\.000 fds, 2\.000 goroutines, 32,\d{3} heap-alloc bytes per call$/);
  t.true(figures.some((line) => line.includes('projected, not measured: 172,800 times one call add 172,800 fds')));
  t.true(
    figures.includes('CPU of the daemon: 3.0 ms a call (12.00 s for 4000 calls in 20.0 s); idle, 0.01 s in 1.0 s'),
  );
  t.true(figures.some((line) => line.startsWith('observer: one reading costs 6 ms (file descriptors 6), 14 ms of')));
});

test('what containerd and the shims keep of a call is a surprise, where they were measured', (t) => {
  const seen = observed(none, report(4000, 0));
  const keeping = (kept: Parameters<typeof runtimeSeries>[1]) => ({
    ...seen,
    series: [...seen.series, ...runtimeSeries(doses, kept)],
    idle: [...seen.idle, ...runtimeSeries(doses)],
  });
  const levels = cell('healthy', 'agent-1.20');
  t.deepEqual(surprises(levels, '20.10.24', keeping({})), []);
  t.deepEqual(surprises(levels, '20.10.24', keeping({ 'containerd-fds': 1, 'containerd-goroutines': 2 })), [
    'containerd-fds: leak, not no-leak',
    'containerd-goroutines: leak, not no-leak',
  ]);
  const { observed: saw, bug } = judgeCollectorStall(levels, '20.10.24', keeping({ 'shim-fds': 1 }));
  t.deepEqual(
    [saw.replace(/, -?\d+ heap-alloc bytes/, ''), bug],
    ['leak: 0.000 fds, 0.000 goroutines, 1.000 shim fds per call', 'present'],
  );
  t.deepEqual(surprises(levels, '18.09.0', keeping({ 'shim-fds': 1 })), []);
});

test('the clean control', (t) => {
  const seen = observed(none, report(4000, 0));
  t.deepEqual(surprises(cell('healthy', 'agent-1.20'), '20.10.24', seen), []);
  t.is(judgeCollectorStall(cell('healthy', 'agent-1.20'), '20.10.24', seen).bug, 'absent');
});

test('a planted leak that is not found is a surprise in every deciding metric', (t) => {
  t.deepEqual(surprises(cell('stalled', 'agent-1.20'), '20.10.24', observed(none, report(0, 4000))), [
    'fds: no-leak, not leak',
    'goroutines: no-leak, not leak',
    'heap-alloc: no-leak, not leak',
  ]);
});

test('a fault that did not happen acquits no daemon', (t) => {
  t.deepEqual(surprises(cell('stalled', 'timeout-cancel'), '20.10.24', observed(none, report(4000, 0))), [
    'calls at the last dose: 4,000 answered, 0 held, not 0 answered, 0 held',
  ]);
});

test('calls that could not be made are told with the name of their error', (t) => {
  const failing = { ...report(0, 4000), failures: { EMFILE: 2, EPIPE: 1 } };
  t.deepEqual(surprises(cell('stalled', 'agent-1.20'), '20.10.24', observed(leak, failing)), [
    'calls that failed: 2 with EMFILE, 1 with EPIPE, not none',
  ]);
});

test('the heap of a build that keeps spans for a while does not decide', (t) => {
  const spans = { ...none, 'heap-alloc': 2200 };
  const levels = cell('healthy', 'agent-1.20');
  t.deepEqual(surprises(levels, '26.1.5', observed(spans, report(4000, 0))), []);
  t.deepEqual(surprises(levels, '28.5.2', observed(spans, report(4000, 0))), ['heap-alloc: leak, not no-leak']);
});

test("a control's heap does not decide", (t) => {
  const growing = { ...none, 'heap-alloc': 500 };
  const levels = cell('healthy', 'agent-1.20');
  t.deepEqual(surprises(levels, '20.10.24', observed(growing, report(4000, 0))), ['heap-alloc: leak, not no-leak']);
  t.deepEqual(surprises({ control: 'clean run', ...levels }, '20.10.24', observed(growing, report(4000, 0))), []);
  const leaking = { ...growing, fds: 1 };
  t.deepEqual(surprises({ control: 'clean run', ...levels }, '20.10.24', observed(leaking, report(4000, 0))), [
    'fds: leak, not no-leak',
  ]);
});

test('a containerd that is replaced: calls are answered, and what was held until then does not decide', (t) => {
  const levels = cell('stalled', 'agent-1.20');
  const seen = { ...observed(leak, report(2000, 2000)), containerd: 'replaced' as const };
  t.deepEqual(surprises(levels, '1.13.1', seen), []);
  t.is(
    judgeCollectorStall(levels, '1.13.1', seen).observed,
    'containerd replaced · 4,000 of 4,000 calls answered or given up',
  );
  t.deepEqual(surprises(levels, '18.09.0', seen), ['a stopped containerd: replaced, not waited for']);
  const waiting = { ...seen, containerd: 'waited-for' as const };
  t.deepEqual(surprises(levels, '17.09.0', waiting), ['a stopped containerd: waited for, not replaced']);
  t.deepEqual(
    judgeCollectorStall(levels, '17.12.0', waiting)
      .checks.filter(({ expected }) => !expected)
      .map(({ what }) => what),
    ['a stopped containerd'],
  );
});

test('a client that was not measured has no expectation', (t) => {
  const { checks } = judgeCollectorStall(cell('stalled', 'half-close'), '20.10.24', observed(leak, report(0, 4000)));
  t.deepEqual(
    checks.filter(({ expected }) => expected === undefined).map(({ what }) => what),
    ['fds', 'goroutines', 'heap-alloc'],
  );
});

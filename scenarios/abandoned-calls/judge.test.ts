import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import type { RecoverySeries } from '../../harness/evidence/recovery-series.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { judgeAbandonedCalls as judge } from './judge.ts';
import type { AbandonedCallsObservations } from './observations.ts';
import { abandonedCalls } from './scenario.ts';
import { runtimeSeries } from '../common/runtime/testing/runtime-series.ts';

const judgeAbandonedCalls = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const doses = [0, 20, 40, 60, 80, 100, 120];
const warmUp = 40;

/** Readings of a metric: without work, at each dose, when the daemon has nothing to do, and after the end. */
interface Readings {
  idle: number[];
  series: number[];
  whenIdle: number[];
  ended: number[];
}

type Recorded = Record<'fds' | 'goroutines', Readings>;

/** Bytes of the heap after a collection, as a call adds them; 26.1.5 adds the most. */
const heapOfCall = 90_145;

/** Recorded on 20.10.24: attach to a silent container, closed. */
const attach: Recorded = {
  fds: {
    idle: [69, 69, 69, 69, 69, 69, 69],
    series: [69, 89, 109, 129, 149, 169, 189],
    whenIdle: [189, 189, 189],
    ended: [23, 23, 23],
  },
  goroutines: {
    idle: [245, 245, 245, 245, 245, 245, 245],
    series: [245, 345, 445, 545, 645, 745, 845],
    whenIdle: [845, 845, 845],
    ended: [41, 41, 41],
  },
};

/** Recorded on 28.5.2: attach by websocket to a silent container, closed. */
const websocket: Recorded = {
  fds: {
    idle: [71, 71, 71, 71, 71, 71, 71],
    series: [71, 91, 111, 131, 151, 171, 191],
    whenIdle: [191, 191, 191],
    ended: [25, 25, 25],
  },
  goroutines: {
    idle: [333, 333, 333, 333, 333, 333, 333],
    series: [333, 473, 613, 753, 893, 1033, 1173],
    whenIdle: [1173, 1173, 1173],
    ended: [49, 49, 49],
  },
};

/** Recorded on 26.1.5: a pull of a stalled registry, closed. */
const pull: Recorded = {
  fds: {
    idle: [110, 110, 110, 110, 110, 110, 110],
    series: [110, 150, 190, 230, 270, 310, 350],
    whenIdle: [350, 350, 350],
    ended: [30, 30, 30],
  },
  goroutines: {
    idle: [212, 212, 212, 212, 212, 212, 212],
    series: [212, 292, 372, 452, 532, 612, 692],
    whenIdle: [692, 692, 692],
    ended: [52, 52, 52],
  },
};

/** Recorded on 20.10.24: events, closed; and a goroutine more in one idle reading. */
const events: Recorded = {
  fds: {
    idle: [29, 29, 29, 29, 29, 29, 29],
    series: [29, 29, 29, 29, 29, 29, 29],
    whenIdle: [29, 29, 29],
    ended: [23, 23, 23],
  },
  goroutines: {
    idle: [45, 45, 45, 45, 45, 45, 47],
    series: [45, 45, 45, 45, 45, 45, 45],
    whenIdle: [45, 45, 45],
    ended: [41, 41, 41],
  },
};

function heapSeries(perCall: number): Series {
  const points = doses.map((dose, index) => ({ dose, value: 10_000_000 + perCall * dose + (index % 3) * 400 }));
  return { metric: 'heap-alloc', unit: 'bytes', per: 'call', granularity: 8, points };
}

function seriesOf(recorded: Recorded, which: 'idle' | 'series'): Series[] {
  return Object.entries(recorded).map(([metric, readings]) => ({
    metric,
    unit: metric,
    per: 'call',
    granularity: 1,
    points: readings[which].map((value, index) => ({ dose: doses[index] ?? 0, value })),
  }));
}

function recoveryOf(recorded: Recorded, which: 'whenIdle' | 'ended'): RecoverySeries[] {
  return Object.entries(recorded).map(([metric, { idle, series, [which]: after }]) => ({
    metric,
    unit: metric,
    per: 'call',
    granularity: 1,
    baseline: idle.map((value) => ({ value })),
    peak: { dose: 120, value: series.at(-1) ?? 0 },
    after: after.map((value, index) => ({ seconds: index, gcs: 2 * (index + 1), value })),
  }));
}

const all = 120 + warmUp;

const left: Report = {
  sent: all,
  open: 0,
  answered: all,
  givenUp: all,
  ended: 0,
  bytes: 1,
  failures: {},
  unread: 0,
  seconds: 1,
  rss: 1,
};

const use = (cpu: number, seconds: number) => ({ cpu, seconds });

function observed(recorded: Recorded, dosed: Partial<Report> = {}, heap?: number): AbandonedCallsObservations {
  const keeps = recorded !== events;
  return {
    series: [...seriesOf(recorded, 'series'), heapSeries(heap ?? (keeps ? heapOfCall : 0))],
    idle: [...seriesOf(recorded, 'idle'), heapSeries(0)],
    warmUp,
    client: { pid: 346, dosed: { ...left, ...dosed } },
    callers: [],
    nameless: { gone: all, unseen: 0 },
    notes: {
      cpu: { idle: use(0.01, 1), readings: use(0.1, 0.3), work: use(1, 2) },
      log: { seconds: 0, lines: 0, patterns: {}, shapes: [] },
      info: [],
      costs: [{ probe: 'file descriptors', milliseconds: doses.map(() => 6) }],
    },
    recovery: { idle: recoveryOf(recorded, 'whenIdle'), ended: recoveryOf(recorded, 'ended') },
  };
}

const cell = (endpoint: string, leaving = 'closes', container = 'silent') => ({
  daemon: 'any',
  endpoint,
  leaving,
  container,
});

function surprises(...judged: Parameters<typeof judge>): string[] {
  return judgeAbandonedCalls(...judged)
    .checks.filter(({ asExpected }) => !asExpected)
    .map(({ what, observed: saw, expected }) => `${what}: ${saw}, not ${expected}`);
}

test('an attach that dockerd keeps until the container ends', (t) => {
  const judged = judgeAbandonedCalls(cell('attach'), '20.10.24', observed(attach));
  t.is(
    judged.observed,
    'leak: 1.000 fds, 5.000 goroutines, 90,146 heap-alloc bytes per call · given back when the container ends',
  );
  t.is(judged.expected, 'leak · given back when the container ends');
  t.is(judged.bug, 'present');
  t.deepEqual(surprises(cell('attach'), '20.10.24', observed(attach)), []);
  t.true(judged.figures?.some((line) => line.includes('160 connections whose client has closed its end')));
});

/** As 28.5.2 keeps an exec that runs on, with the shim's ten descriptors of each, or fewer. */
function execs(ofShim: number, ended = 20): AbandonedCallsObservations {
  const held: Recorded = {
    fds: { ...attach.fds, series: doses.map((dose) => 69 + 5 * dose), whenIdle: [669, 669, 669] },
    goroutines: {
      ...attach.goroutines,
      series: doses.map((dose) => 245 + 7 * dose),
      whenIdle: [1085, 1085, 1085],
    },
  };
  const seen = observed(held);
  const fds = [26, 26 + 120 * ofShim];
  const recovered = (after: number) => ({
    metric: 'shim-fds',
    unit: 'fds',
    per: 'call',
    granularity: 4,
    baseline: [{ value: 26 }, { value: 26 }],
    peak: { dose: 120, value: fds[1] ?? 0 },
    after: [{ seconds: 1, gcs: 2, value: after }],
  });
  return {
    ...seen,
    series: [...seen.series, ...runtimeSeries(doses, { 'shim-fds': ofShim })],
    idle: [...seen.idle, ...runtimeSeries(doses)],
    recovery: {
      idle: [...seen.recovery.idle, recovered(fds[1] ?? 0)],
      ended: [...(seen.recovery.ended ?? []), recovered(ended)],
    },
  };
}

test('an exec that runs on is kept by the shim as well, and the line of the cell says so', (t) => {
  const judged = judgeAbandonedCalls(cell('exec-start'), '28.5.2', execs(10));
  t.is(
    judged.observed,
    'leak: 5.000 fds, 7.000 goroutines, 90,146 heap-alloc bytes, 10.000 shim fds per call · given back when the container ends',
  );
  t.deepEqual(surprises(cell('exec-start'), '28.5.2', execs(10)), []);
  t.deepEqual(surprises(cell('exec-start'), '28.5.2', execs(0)), ['shim-fds: no-leak, not leak']);
  t.deepEqual(surprises(cell('attach-websocket'), '28.5.2', execs(10)), ['shim-fds: leak, not no-leak']);
  t.deepEqual(surprises(cell('exec-start'), '28.5.2', execs(10, 1226)), [
    'what was kept: never given back, not given back when the container ends',
  ]);
});

test('a docker whose shims were not measured has no expectation of them', (t) => {
  const { checks, slopes = [] } = judgeAbandonedCalls(cell('exec-start'), '27.5.1', execs(10));
  t.false(checks.some(({ what }) => what === 'shim-fds'));
  t.true(
    slopes.some(({ metric }) => metric === 'shim-fds'),
    'it is shown',
  );
});

test('the same on 28.5.2 is a surprise, where attach is mended; by websocket it is not', (t) => {
  t.deepEqual(surprises(cell('attach'), '28.5.2', observed(attach)), [
    'fds: leak, not no-leak',
    'goroutines: leak, not no-leak',
    'what was kept: given back when the container ends, not nothing kept',
  ]);
  t.deepEqual(surprises(cell('attach-websocket'), '28.5.2', observed(websocket)), []);
  t.is(judgeAbandonedCalls(cell('attach-websocket'), '28.5.2', observed(websocket)).bug, 'present');
});

test('a pull is kept until its registry ends', (t) => {
  const judged = judgeAbandonedCalls(cell('pull'), '26.1.5', observed(pull));
  t.is(
    judged.observed,
    'leak: 2.000 fds, 4.000 goroutines, 90,146 heap-alloc bytes per call · given back when the registry ends',
  );
  t.deepEqual(surprises(cell('pull'), '26.1.5', observed(pull)), []);
  const stuck = { ...pull, fds: { ...pull.fds, ended: [350, 350, 350] } };
  t.deepEqual(surprises(cell('pull'), '26.1.5', observed(stuck)), [
    'what was kept: never given back, not given back when the registry ends',
  ]);
});

test('events that are closed leave nothing, and an expected leak that is not there is a surprise', (t) => {
  t.deepEqual(surprises(cell('events'), '20.10.24', observed(events)), []);
  t.is(judgeAbandonedCalls(cell('events'), '20.10.24', observed(events)).bug, 'absent');
  t.deepEqual(surprises(cell('attach'), '20.10.24', observed(events)), [
    'fds: no-leak, not leak',
    'goroutines: no-leak, not leak',
    'heap-alloc: no-leak, not leak',
    'what was kept: nothing kept, not given back when the container ends',
  ]);
});

test('heap alone does not accuse calls of which nothing is kept', (t) => {
  t.deepEqual(surprises(cell('events'), '26.1.5', observed(events, {}, 2216)), []);
});

test('a fault that did not happen acquits no daemon', (t) => {
  t.deepEqual(surprises(cell('events'), '20.10.24', observed(events, { answered: 100, givenUp: 90 })), [
    'calls answered: 100, not 160',
    'calls that the client left: 90, not 160',
  ]);
  t.deepEqual(surprises(cell('events', 'resets'), '20.10.24', observed(events, { unread: 3 })), [
    'calls that the client left with bytes unread: 3, not 160',
  ]);
  t.deepEqual(surprises(cell('events'), '20.10.24', observed(events, { failures: { 409: 2 } })), [
    'calls that failed: 2 with 409, not none',
  ]);
});

test('calls that are held are the planted leak, and no bug', (t) => {
  const held: Recorded = {
    fds: { idle: [30, 30, 30, 30, 30, 30, 30], series: attach.fds.series, whenIdle: [30, 30, 30], ended: [23, 23, 23] },
    goroutines: { ...attach.goroutines, whenIdle: [45, 45, 45] },
  };
  const stays = cell('events', 'stays');
  t.deepEqual(surprises(stays, '26.1.5', observed(held, { open: all, givenUp: 0 })), []);
  const judged = judgeAbandonedCalls(stays, '26.1.5', observed(held, { open: all, givenUp: 0 }));
  t.is(judged.bug, 'absent');
  t.is(judged.expected, 'leak · given back when idle');
});

test('a series of dockers that was not measured has no expectation', (t) => {
  for (const version of ['27.5.1', '19.03.8', '29.0.0', '28.5.0-dev']) {
    const { expected, checks } = judgeAbandonedCalls(cell('attach'), version, observed(attach));
    t.is(expected, 'not known yet');
    t.true(checks.some(({ what, expected: wanted }) => what === 'fds' && wanted === undefined));
  }
});

test('a run over builds names the first without the leak', (t) => {
  const of = (daemon: string, endpoint: string, recorded: Recorded) => ({
    cell: { ...cell(endpoint), daemon },
    version: daemon,
    observations: observed(recorded),
  });
  t.deepEqual(
    abandonedCalls.conclude?.([
      of('26.1.5', 'attach', attach),
      of('28.5.2', 'attach', events),
      of('26.1.5', 'events', events),
      of('28.5.2', 'events', events),
    ]),
    [
      'Abandoned calls (attach, closes, silent), oldest build first: 26.1.5 leaks → 28.5.2 keeps nothing',
      '  the first that keeps nothing is 28.5.2, the last that leaks is 26.1.5',
    ],
  );
});

test('the controls are calls that are held, and closed, on a daemon of the run', (t) => {
  const controls = (daemons: string[]) =>
    abandonedCalls
      .controls?.(daemons)
      .map(({ cell: { control, daemon, endpoint, leaving } }) => [control, daemon, endpoint, leaving]);
  t.deepEqual(controls(['26.1.5', 'rolling']), [
    ['planted leak', '26.1.5', 'events', 'stays'],
    ['clean run', '26.1.5', 'events', 'closes'],
  ]);
  t.is(controls(['replica 1.13.1'])?.[0]?.[1], '20.10.24');
});

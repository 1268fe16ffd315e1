import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import type { Series } from '../../harness/evidence/series.ts';
import type { SoakSample } from '../../harness/evidence/soak-record.ts';
import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import { judgeSoak } from './judge.ts';
import type { SoakObservations } from './observations.ts';

/** Three minutes: 18 rounds of 3 calls, sampled in the middle of each. */
function observed(
  answer: StatsAnswer,
  {
    perCall,
    dosePerCall = perCall,
    heap = () => 10e6,
  }: { perCall: number; dosePerCall?: number; heap?: (index: number) => number },
): SoakObservations {
  const series = (slope: number): Series[] => [
    {
      metric: 'fds',
      unit: 'fds',
      per: 'call',
      granularity: 1,
      points: [0, 50, 100, 150, 200, 250, 300].map((dose) => ({ dose, value: 40 + slope * dose })),
    },
  ];
  const samples = Array.from({ length: 18 }, (_, index): SoakSample => {
    const calls = 3 * (index + 1);
    return {
      segment: 1,
      seconds: index * 10 + 5,
      calls,
      values: { fds: 40 + perCall * calls, 'heap-alloc': heap(index) },
    };
  });
  const report = { open: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0, failures: {}, seconds: 0, rss: 1 };
  return {
    answer: { container: 'c1', answer, ticks: 3, seconds: 3, bytes: 0, excerpt: '' },
    dose: { series: series(dosePerCall), idle: series(0) },
    soak: {
      interval: 10,
      metrics: [
        { metric: 'fds', unit: 'fds', granularity: 1 },
        { metric: 'heap-alloc', unit: 'bytes', granularity: 32_768 },
      ],
      samples,
      end: 'time',
    },
    client: { ...report, sent: 54, rounds: 18 },
  };
}

const cell = { daemon: '1.13.1', client: 'agent-1.20' };
const judged = (...seen: Parameters<typeof observed>) => inWords(judgeSoak(cell, '1.13.1', observed(...seen)));

test('a descriptor a call: a leak, as the dose had it', (t) => {
  const { observed: saw, checks, bug, figures = [] } = judged('hangs', { perCall: 1 });
  t.is(saw, 'hangs · leak: 1.000 fds per call');
  t.true(checks.every(({ asExpected }) => asExpected));
  t.is(bug, 'present');
  t.is(
    figures[1],
    'fds: leak. 1.000 [0.984, 1.011] fds per call, 1080 [985, 1175] per hour; 18 samples are worth 18 independent ones',
  );
  t.is(figures[2], '  agrees: the dose had 1.000 [0.994, 1.004] fds per call');
});

test('no growth: the smallest leak that would have been seen', (t) => {
  const { observed: saw, figures = [] } = inWords(
    judgeSoak({ daemon: '20.10.24', client: 'agent-1.20' }, '20.10.24', observed('zeroed', { perCall: 0 })),
  );
  t.is(saw, 'zeroed · no-leak: 0.000 fds per call');
  t.regex(figures[1] ?? '', /; a leak of 0\.035 fds per call or more would have been seen$/);
});

test('what containerd and the shims keep in a soak decides as well, where they were read', (t) => {
  const told = (ofCall: number, version = '26.1.5') => {
    const seen = observed('zeroed', { perCall: 0 });
    const { soak } = seen;
    const metrics = [...soak.metrics, { metric: 'shim-fds', unit: 'fds', granularity: 4 }];
    const samples = soak.samples.map((one) => ({
      ...one,
      values: { ...one.values, 'shim-fds': 26 + ofCall * one.calls },
    }));
    const judgement = inWords(
      judgeSoak({ daemon: version, client: 'agent-1.20' }, version, { ...seen, soak: { ...soak, metrics, samples } }),
    );
    return [judgement.observed, ...judgement.checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what)];
  };
  t.deepEqual(told(0), ['zeroed · no-leak: 0.000 fds per call']);
  t.deepEqual(told(1), ['zeroed · leak: 0.000 fds, 1.000 shim fds per call', 'shim-fds']);
  t.deepEqual(told(1, '18.09.0'), ['zeroed · no-leak: 0.000 fds per call'], 'it was not measured, and is shown only');
});

test('a count that never moves by more than its step is none, as a thread that a shim of 26.1.5 starts', (t) => {
  const threads = (values: (index: number) => number) => {
    const seen = observed('zeroed', { perCall: 0 });
    const { soak } = seen;
    const metrics = [...soak.metrics, { metric: 'shim-threads', unit: 'threads', granularity: 4 }];
    const samples = soak.samples
      .slice(0, 12)
      .map((one, index) => ({ ...one, values: { ...one.values, 'shim-threads': values(index) } }));
    const { slopes = [] } = judgeSoak({ daemon: '26.1.5', client: 'agent-1.20' }, '26.1.5', {
      ...seen,
      soak: { ...soak, metrics, samples },
    });
    return slopes.find(({ metric }) => metric === 'shim-threads')?.verdict;
  };
  t.is(
    threads((index) => (index < 6 ? 33 : 34)),
    'no-leak',
  );
  t.is(
    threads((index) => 33 + 3 * index),
    'leak',
  );
  t.is(
    threads((index) => (index < 6 ? 33 : 39)),
    'inconclusive',
  );
});

test('a soak that comes to less than its dose is a surprise', (t) => {
  const { checks } = judged('hangs', { perCall: 0, dosePerCall: 1 });
  const surprises = checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what);
  t.deepEqual(surprises, ['fds', 'slope of the soak beside that of the dose']);
});

test('garbage that comes and goes is no leak of the heap', (t) => {
  const { slopes = [] } = judged('hangs', { perCall: 1, heap: (index) => 10e6 + 400_000 * (index % 5) });
  t.not(slopes.find(({ metric }) => metric === 'heap-alloc')?.verdict, 'leak');
});

test('calls that the client did not send are a surprise', (t) => {
  const seen = observed('hangs', { perCall: 1 });
  const { checks } = inWords(judgeSoak(cell, '1.13.1', { ...seen, client: { ...seen.client, sent: 51 } }));
  t.deepEqual(
    checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what),
    ['calls sent'],
  );
});

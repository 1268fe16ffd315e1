import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import type { Report } from '../../harness/evidence/client-report.ts';
import { judgeStatsLeak as judge } from './judge.ts';
import type { StatsLeakObservations } from './observations.ts';
import { runtimeSeries } from '../common/runtime/testing/runtime-series.ts';

const judgeStatsLeak = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const doses = [0, 500, 1000, 1500, 2000, 2500, 3000];

/** The counts of clients on the real 1.13.1, after 3,000 calls. */
const counted = {
  'half-close': { sent: 3000, open: 0, answered: 0, givenUp: 3000, ended: 3000, bytes: 612_000 },
  'timeout-cancel': { sent: 3000, open: 0, answered: 0, givenUp: 3000, ended: 0, bytes: 0 },
};

function observed(counts: Partial<Report>): StatsLeakObservations {
  const fds = (slope: number) => ({
    metric: 'fds',
    unit: 'fds',
    per: 'call',
    granularity: 1,
    points: doses.map((dose) => ({ dose, value: 40 + slope * dose })),
  });
  const none = { sent: 0, open: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0, failures: {}, seconds: 0, rss: 1 };
  const use = { cpu: 0, seconds: 1 };
  return {
    answer: { container: 'c1', answer: 'hangs', ticks: 3, seconds: 3, bytes: 0, excerpt: '' },
    series: [fds(0)],
    idle: [fds(0)],
    client: { pid: 1, warmUp: 0, dosed: { ...none, ...counts } },
    callers: [],
    notes: {
      cpu: { idle: use, readings: use, work: use },
      log: { seconds: 0, lines: 0, patterns: {}, shapes: [] },
      info: [],
      costs: [{ probe: 'file descriptors', milliseconds: [6] }],
    },
  };
}

function surprises(client: keyof typeof counted, counts: Partial<Report>): string[] {
  const { checks } = judgeStatsLeak({ daemon: '1.13.1', client }, '1.13.1', observed(counts));
  return checks.flatMap(({ what, observed: saw, expected = '?', asExpected }) =>
    asExpected ? [] : [`${what}: ${saw}, not ${expected}`],
  );
}

test('clients that give up on the real 1.13.1 are as expected', (t) => {
  t.deepEqual(surprises('half-close', counted['half-close']), []);
  t.deepEqual(surprises('timeout-cancel', counted['timeout-cancel']), []);
});

test('calls that are answered leave nothing in containerd and the shims; one that does is a surprise', (t) => {
  const zeroed = (kept: Parameters<typeof runtimeSeries>[1]) => {
    const seen = observed({ sent: 3000, answered: 3000 });
    const { checks, observed: line } = judgeStatsLeak({ daemon: '26.1.5', client: 'agent-1.20' }, '26.1.5', {
      ...seen,
      answer: { ...seen.answer, answer: 'zeroed' },
      series: [...seen.series, ...runtimeSeries(doses, kept)],
      idle: [...seen.idle, ...runtimeSeries(doses)],
    });
    return [line, ...checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what)];
  };
  t.deepEqual(zeroed({}), ['zeroed · no-leak: 0.000 fds per call']);
  t.deepEqual(zeroed({ 'shim-threads': 1 }), ['zeroed · leak: 0.000 fds, 1.000 shim threads per call', 'shim-threads']);
});

test('a half-close that does not end the connection is a surprise', (t) => {
  t.deepEqual(surprises('half-close', { ...counted['half-close'], ended: 2999 }), [
    'connections ended by the daemon: 2,999, not 3,000',
  ]);
});

test('a half-close whose calls are answered in time is a surprise', (t) => {
  t.deepEqual(surprises('half-close', { ...counted['half-close'], answered: 3000, givenUp: 0 }), [
    'calls answered: 3,000, not none',
  ]);
});

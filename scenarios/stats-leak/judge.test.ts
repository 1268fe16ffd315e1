import test from 'ava';
import type { Report } from '../../harness/clients/engine/protocol.ts';
import { judgeStatsLeak } from './judge.ts';
import type { StatsLeakObservations } from './observations.ts';

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

test('a half-close that does not end the connection is a surprise', (t) => {
  t.deepEqual(surprises('half-close', { ...counted['half-close'], ended: 2999 }), [
    'connections ended by the daemon: 2999, not 3000',
  ]);
});

test('a half-close whose calls are answered in time is a surprise', (t) => {
  t.deepEqual(surprises('half-close', { ...counted['half-close'], answered: 3000, givenUp: 0 }), [
    'calls answered: 3000, not 0',
  ]);
});

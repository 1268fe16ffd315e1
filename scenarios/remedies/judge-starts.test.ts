import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { startRemedies } from './actions.ts';
import { judgeRemedy } from './judge.ts';
import type { RemedyObservations } from './observations.ts';
import { rankRemedies } from './ranking.ts';
import { remedies } from './scenario.ts';

const message = 'unable to start container process: exec: "/bin/sleep": stat /bin/sleep: no such file or directory';
const start = (container: string, daemonStart: number, isStarted: boolean) =>
  isStarted
    ? { container, daemonStart, status: container === 'c1' && daemonStart > 2 ? 304 : 204, message: '' }
    : { container, daemonStart, status: 400, message };

/** Recorded on 20.10.24, with one container in place of three. */
const seen = (heals: boolean): RemedyObservations => ({
  refusals: [],
  seconds: 1.2,
  outageSeconds: 0.8,
  starts: {
    before: [start('c1', 1, false)],
    remedied: [start('c1', 2, heals), start('fresh', 2, heals)],
    restarted: [start('c1', 3, heals), start('next', 3, heals)],
  },
});

const cellOf = (remedy: string) => ({ daemon: '20.10.24', remedy, containerd: 'unit' });

test('the flags are removed: containers start, and after the next restart, too', (t) => {
  const judgement = inWords(judgeRemedy(cellOf('flags-removed'), '20.10.24', seen(true)));
  t.like(judgement, {
    observed: 'containers start · next restart: containers start',
    expected: 'containers start · next restart: containers start',
    bug: 'absent',
  });
  t.deepEqual(
    judgement.checks.map(({ what, observed, asExpected }) => [what, observed, asExpected]),
    [
      ['starts of containers', '1 not started', true],
      ['refused by the daemon', 'no', true],
      ['starts of containers after the remedy', 'started', true],
      ['starts of containers after the next restart', 'started', true],
    ],
  );
});

test('containers are restarted: the daemon refuses, and a grant would be a surprise', (t) => {
  const refused = { ...seen(false), refusals: [`c1: ${message}`] };
  const judgement = inWords(judgeRemedy(cellOf('containers-restarted'), '20.10.24', refused));
  t.is(judgement.observed, 'containers do not start · next restart: containers do not start');
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  const granted = inWords(judgeRemedy(cellOf('containers-restarted'), '20.10.24', seen(true)));
  t.deepEqual(
    granted.checks.filter(({ asExpected }) => !asExpected).map(({ what }) => what),
    ['refused by the daemon', 'starts of containers after the remedy', 'starts of containers after the next restart'],
  );
});

test('the ranking of such a host is one of its own', (t) => {
  const cells = [
    { cell: cellOf('restarted'), version: '20.10.24', observations: seen(false) },
    { cell: cellOf('flags-removed'), version: '20.10.24', observations: seen(true) },
  ];
  t.deepEqual(rankRemedies(cells), [
    'What to do on a host with 20.10.24, a containerd of its own and MountFlags=slave, whose containers do not start, best first',
    '  1. flags-removed  MountFlags is removed from the unit, and dockerd is restarted',
    '     heals · containers start · outlives the next restart of dockerd · breaks the API while dockerd is restarted · 1.2 s',
    '  2. restarted      dockerd is restarted as it is: what hosts do by themselves when it passes some gigabytes',
    '     does not help · containers do not start · breaks the API while dockerd is restarted · 1.2 s',
  ]);
});

test('the remedies that are tried on such a host, and the reason for the others', (t) => {
  const reasonOf = (remedy: string, version: string) =>
    remedies.notApplicable?.(cellOf(remedy), version, Object.create(null));
  t.deepEqual(
    Object.keys(startRemedies).filter((name) => reasonOf(name, '20.10.24') !== undefined),
    [],
  );
  t.is(
    reasonOf('client-fixed', '20.10.24'),
    'with a containerd of its own no container starts under MountFlags=slave: this remedy has no container, namespace or call to act on',
  );
  t.is(
    reasonOf('none', '1.13.1'),
    'before docker 18.09 containerd is docker-containerd, a child of dockerd: it has no unit of its own',
  );
});

test('observations of neither host are no judgement', (t) => {
  const { starts, ...neither } = seen(true);
  t.truthy(starts);
  t.throws(() => judgeRemedy(cellOf('none'), '20.10.24', neither), {
    instanceOf: RangeError,
    message: 'the observations are of no host that remedies knows',
  });
});

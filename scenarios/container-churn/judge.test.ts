import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { churnExpectation } from './expected.ts';
import { judgeContainerChurn as judge } from './judge.ts';
import type { ContainerChurnObservations } from './observations.ts';
import { recordedOn514 } from '../common/testing/kernel-514.ts';

const judgeContainerChurn = (...all: Parameters<typeof judge>) => inWords(judge(...all));

/** So many dying cgroups for each container, read after each of eight. */
function observed(release: string, each: number): ContainerChurnObservations {
  const doses = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const series = (slope: number) => [
    {
      metric: 'dying-cgroups',
      unit: 'cgroups',
      per: 'container',
      granularity: 1,
      points: doses.map((dose) => ({ dose, value: 1 + slope * dose })),
    },
  ];
  const reading = (dose: number) => ({ 'dying-cgroups': 1 + each * dose, unreclaimable: 8e6 + 14_000 * dose });
  return {
    release,
    commandLine: 'quiet',
    cgroups: { root: '/sys/fs/cgroup/memory', version: 1, memory: true },
    series: series(each),
    idle: series(0),
    back: {
      before: reading(0),
      peak: reading(8),
      afterDropCaches: reading(8),
      afterLettingGo: { 'dying-cgroups': 0, unreclaimable: 8e6 },
    },
    kernelLog: [],
  };
}

const cell = { daemon: '20.10.24', kernel: '5.10', bootParameters: 'none', workload: 'kmem' };
const [old, young] = ['5.10.0-32-cloud-amd64', '6.1.0-50-cloud-amd64'];

test('eight containers are enough to tell one cgroup each from none', (t) => {
  const leak = judgeContainerChurn(cell, '20.10.24', observed(old, 1));
  t.is(leak.observed, 'leak: 1.000 dying cgroups per container');
  t.true(leak.checks.every(({ asExpected }) => asExpected));
  t.true(leak.figures?.includes('drop_caches gives back 0 % of the cgroups, 0 % of the bytes'));
  t.true(leak.figures?.includes('removing the holders gives back 100 % of the cgroups, 100 % of the bytes'));
  const none = judgeContainerChurn({ ...cell, bootParameters: 'nokmem' }, '20.10.24', observed(old, 0));
  t.is(none.observed, 'no-leak: 0.000 dying cgroups per container');
  t.deepEqual([leak.bug, none.bug], ['present', 'absent']);
});

test('two dying cgroups for each container are a leak as well', (t) => {
  t.is(judgeContainerChurn(cell, '26.1.5', observed(old, 2)).observed, 'leak: 2.000 dying cgroups per container');
});

test('from 4.5 on it is the kernel that is judged, not the version of the docker', (t) => {
  const [check] = judgeContainerChurn({ ...cell, kernel: '6.1' }, '20.10.24', observed(young, 1)).checks;
  t.like(check, { observed: 'leak', expected: 'no-leak', asExpected: false });
});

test('a container is expected to leave what a bare cgroup leaves', (t) => {
  const churned = { docker: '20.10.24', bootParameters: 'nokmem', limit: 'memory' } as const;
  t.deepEqual(
    (['kmem', 'page-cache', 'nothing'] as const).map(
      (workload) => churnExpectation(young, { ...churned, workload }).verdict,
    ),
    ['no-leak', 'leak', 'no-leak'],
  );
  t.is(
    churnExpectation(old, { ...churned, workload: 'kmem', bootParameters: 'none' }).reason,
    'a container has a memory cgroup of its own: the page of the pipe is charged to the cgroup and holds it',
  );
});

test('the limit that the container had, and whether its kernel memory is accounted, are checked', (t) => {
  const seen = { ...observed(old, 1), accounting: { state: 'on', chargedBytes: 90_112 } } as const;
  const judgement = judgeContainerChurn({ ...cell, limit: 'memory' }, '20.10.24', seen);
  t.deepEqual(
    judgement.checks.slice(1).map((check) => [check.what, check.observed, check.expected, check.asExpected]),
    [
      ['memory limit', 'none', '256 MiB', false],
      ['kernel memory accounting', 'on', 'on', true],
    ],
  );
  t.true(
    judgement.figures?.includes(
      "a container's kernel memory accounting: on, 90,112 B charged; limit of memory: none, of kernel memory: none",
    ),
  );
});

/** Docker, limit, boot parameters, workload; what the lab says of the recorded cell. */
const on514: readonly [docker: string, limit: string, parameters: string, workload: string, said: string][] = [
  ['1.13.1', 'none', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['1.13.1', 'memory', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['1.13.1', 'kernel-memory', 'none', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['17.03.2', 'memory', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['17.06.2', 'memory', 'none', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['18.09.0', 'none', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['18.09.0', 'memory', 'none', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['18.09.0', 'memory', 'none', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['18.09.0', 'memory', 'nokmem', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['18.09.0', 'memory', 'disable-memory', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['20.10.5', 'none', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['20.10.5', 'memory', 'none', 'nothing', 'leak: 1.000 slab ids per container; leak'],
  ['20.10.24', 'none', 'none', 'kmem', 'no-leak: 0.000 dying cgroups per container; not known yet'],
  ['20.10.24', 'none', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
  ['20.10.24', 'memory', 'none', 'nothing', 'no-leak: 0.000 dying cgroups per container; no-leak'],
];

test('containers that were run on a real 3.10.0-514: which docker leaks with which limit', (t) => {
  const cells = recordedOn514().filter(({ scenario }) => scenario === 'container-churn');
  const said = cells.map(({ cell: one, seen }) => {
    const { daemon = '', limit = '', bootParameters = '', workload = '' } = one;
    const { observed: what, expected } = judgeContainerChurn(one, daemon, seen);
    return [daemon, limit, bootParameters, workload, `${what}; ${expected}`];
  });
  const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' ')).toSorted();
  t.deepEqual(sorted(said), sorted(on514));
});

test('bytes accuse alone, where neither dying cgroups nor ids are counted', (t) => {
  const found = recordedOn514().find(
    ({ cell: one }) => one['daemon'] === '20.10.5' && one['limit'] === 'memory' && one['workload'] === 'nothing',
  );
  if (!found) throw new Error('no such cell');
  const unreclaimable = (series: typeof found.seen.series) =>
    series.filter(({ metric }) => metric === 'slab-unreclaimable' || metric === 'dying-cgroups');
  const byBytes = { ...found.seen, series: unreclaimable(found.seen.series), idle: unreclaimable(found.seen.idle) };
  const judgement = judgeContainerChurn(found.cell, '20.10.5', byBytes);
  t.regex(
    judgement.observed,
    /^leak: 0\.000 dying cgroups, 3\d\d,\d\d\d ± \d,\d\d\d slab-unreclaimable bytes per container$/,
  );
  t.regex(judgement.checks[0]?.evidence.at(-1) ?? '', /^slab-unreclaimable: grows by 3\d\d,\d\d\d to .*: leak$/);
});

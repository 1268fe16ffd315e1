import test from 'ava';
import { churnExpectation } from './container-churn-expected.ts';
import { judgeContainerChurn } from './container-churn-judge.ts';
import type { ContainerChurnObservations } from './container-churn.ts';

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
  t.is(leak.observed, 'leak: 1.00 cgroups each');
  t.true(leak.checks.every(({ asExpected }) => asExpected));
  t.true(leak.figures?.includes('drop_caches gives back 0 % of the cgroups, 0 % of the bytes'));
  t.true(leak.figures?.includes('removing the holders gives back 100 % of the cgroups, 100 % of the bytes'));
  const none = judgeContainerChurn({ ...cell, bootParameters: 'nokmem' }, '20.10.24', observed(old, 0));
  t.is(none.observed, 'no-leak: 0.00 cgroups each');
  t.deepEqual([leak.bug, none.bug], ['present', 'absent']);
});

test('two dying cgroups for each container are a leak as well', (t) => {
  t.is(judgeContainerChurn(cell, '26.1.5', observed(old, 2)).observed, 'leak: 2.00 cgroups each');
});

test('it is the kernel that is judged, not the version of the docker', (t) => {
  const [check] = judgeContainerChurn({ ...cell, kernel: '6.1' }, '20.10.24', observed(young, 1)).checks;
  t.like(check, { observed: 'leak', expected: 'no-leak', asExpected: false });
});

test('a container is expected to leave what a bare cgroup leaves', (t) => {
  t.deepEqual(
    (['kmem', 'page-cache', 'nothing'] as const).map((workload) => churnExpectation(young, workload, 'nokmem').verdict),
    ['no-leak', 'leak', 'no-leak'],
  );
  t.is(
    churnExpectation(old, 'kmem', 'none').reason,
    'a container has a memory cgroup of its own: the page of the pipe is charged to the cgroup and holds it',
  );
});

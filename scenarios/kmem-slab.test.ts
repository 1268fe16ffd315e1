import test from 'ava';
import { expectationOf } from './kmem-slab-expected.ts';
import { judgeKmemSlab } from './kmem-slab-judge.ts';
import type { KmemSlabObservations } from './kmem-slab.ts';

const verdicts = (release: string) =>
  (['kmem', 'page-cache', 'nothing'] as const).map((workload) =>
    ['none', 'nokmem', 'disable-memory', 'both'].map((level) => expectationOf(release, workload, level).verdict),
  );

const [leak, none, unknown] = ['leak', 'no-leak', undefined] as const;

test('5.10 leaks both; nokmem heals one of them, disabling the controller heals both', (t) => {
  t.deepEqual(verdicts('5.10.0-32-cloud-amd64'), [
    [leak, none, none, none],
    [leak, leak, none, none],
    [none, none, none, none],
  ]);
});

test('6.1 to 6.18 leak page cache alone', (t) => {
  for (const release of ['6.1.0-50-cloud-amd64', '6.12.107+deb13-amd64', '6.18.44']) {
    t.deepEqual(verdicts(release).slice(0, 2), [
      [none, none, none, none],
      [leak, leak, none, none],
    ]);
  }
});

test('7.2 leaks neither', (t) => {
  t.true(
    verdicts('7.2.13+deb14-cloud-amd64')
      .flat()
      .every((verdict) => verdict === 'no-leak'),
  );
});

test('what nobody has measured is expected by nobody: CentOS 7, and 6.19 to 7.1', (t) => {
  t.deepEqual(verdicts('3.10.0-514.el7.x86_64').slice(0, 2), [
    [unknown, unknown, none, none],
    [unknown, unknown, none, none],
  ]);
  t.deepEqual(verdicts('7.0.1')[1], [unknown, unknown, none, none]);
});

/** Dying cgroups and bytes over cgroups that were made, so many each. */
function observed(each: number, bytes: number): KmemSlabObservations {
  const doses = [0, 60, 120, 180, 240, 300];
  const series = (metric: string, unit: string, granularity: number, slope: number, base: number) => ({
    metric,
    unit,
    per: 'cgroup',
    granularity,
    points: doses.map((dose) => ({ dose, value: base + slope * dose })),
  });
  const all = (a: number, b: number) => [
    series('dying-cgroups', 'cgroups', 1, a, 20),
    series('unreclaimable', 'bytes', 4096, b, 9e6),
  ];
  const reading = (dose: number) => ({ 'dying-cgroups': 20 + each * dose, unreclaimable: 9e6 + bytes * dose });
  return {
    commandLine: 'quiet',
    cgroups: { root: '/sys/fs/cgroup/memory', version: 1, memory: true },
    series: all(each, bytes),
    idle: all(0, 0),
    made: 300,
    growth: [{ name: 'kmalloc-4k', copies: 0, bytes: 2_457_600 }],
    back: {
      before: reading(0),
      peak: reading(300),
      afterDropCaches: reading(300),
      afterLettingGo: { 'dying-cgroups': 0, unreclaimable: 9e6 + (bytes * 300) / 4 },
    },
    cgroupSlabs: { state: 'empty' },
    kernelLog: [],
  };
}

const cell = { kernel: '5.10', bootParameters: 'none', cgroups: 'usual', workload: 'kmem' };

test('a leak: what each cgroup leaves, and what gives it back', (t) => {
  const judgement = judgeKmemSlab(cell, '5.10.0-32-cloud-amd64', observed(1, 13_990));
  t.regex(judgement.observed, /^leak: 1\.000 cgroups, 13,990 ± \d+ B each$/);
  t.is(judgement.bug, 'present');
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  t.true(judgement.figures?.includes('drop_caches gives back 0 % of the cgroups, 0 % of the bytes'));
  t.true(judgement.figures?.includes('removing the holders gives back 100 % of the cgroups, 75 % of the bytes'));
  t.true(judgement.figures?.includes('  kmalloc-4k 2,457,600 B'));
});

test('a parameter that heals on paper alone is a surprise', (t) => {
  const judgement = judgeKmemSlab({ ...cell, bootParameters: 'nokmem' }, '5.10.0', observed(1, 13_990));
  t.deepEqual(
    judgement.checks.filter(({ asExpected }) => !asExpected).map(({ what, observed: seen }) => [what, seen]),
    [['dying-cgroups', 'leak']],
  );
});

test('a kernel that made fewer cgroups than it was asked for', (t) => {
  const all = observed(1, 13_990);
  const series = all.series.map((one) => ({ ...one, points: one.points.slice(0, 3) }));
  const seen = { ...all, series, made: 120, refusal: 'No space left on device' };
  const [first] = judgeKmemSlab(cell, '5.10.0', seen).checks;
  t.like(first, { observed: '120', expected: '300', asExpected: false, evidence: ['No space left on device'] });
});

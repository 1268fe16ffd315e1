import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import type { Cell } from '../../harness/core/cell.ts';
import { cgroupsOf, isWritten, workloads, type Kmem, type Workload } from '../../harness/workloads/cgroup-workloads.ts';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { expectationOf } from './expected.ts';
import { judgeKmemSlab as judge } from './judge.ts';
import { kmemSlab } from './scenario.ts';
import type { KmemSlabObservations } from './observations.ts';
import { recordedOn514 } from '../common/testing/kernel-514.ts';

const judgeKmemSlab = (...all: Parameters<typeof judge>) => inWords(judge(...all));

const parameters = ['none', 'nokmem', 'disable-memory', 'both'] as const;

const verdicts = (release: string, among: readonly Workload[], kmem: Kmem = 'on') =>
  among.map((workload) =>
    parameters.map((bootParameters) => expectationOf(release, { workload, bootParameters, kmem }).verdict),
  );

const [leak, none, unknown] = ['leak', 'no-leak', undefined] as const;

const pages = ['kmem', 'page-cache', 'nothing'] as const;

test('page cache of a disk holds cgroups where that of a tmpfs does', (t) => {
  for (const release of ['5.10.0', '6.1.0', '6.18.44', '7.2.13', '7.0.1', '4.4.178']) {
    t.deepEqual(verdicts(release, ['file-cache']), verdicts(release, ['page-cache']), release);
  }
});

const objects = ['files-kept', 'objects-freed', 'shell'] as const;

test('5.10 leaks both pages; nokmem heals one of them, disabling the controller heals both', (t) => {
  t.deepEqual(verdicts('5.10.0-32-cloud-amd64', pages), [
    [leak, none, none, none],
    [leak, leak, none, none],
    [none, none, none, none],
  ]);
});

test('6.1 to 6.18 leak page cache alone', (t) => {
  for (const release of ['6.1.0-50-cloud-amd64', '6.12.107+deb13-amd64', '6.18.44']) {
    t.deepEqual(verdicts(release, pages).slice(0, 2), [
      [none, none, none, none],
      [leak, leak, none, none],
    ]);
  }
});

test('7.2 leaks neither, and no kernel since 5.10 copies slab caches', (t) => {
  const unwritten = workloads.filter((one) => !isWritten(one));
  t.deepEqual(new Set(verdicts('7.2.13+deb14-cloud-amd64', unwritten).flat()), new Set([none]));
  for (const release of ['5.10.0-32-cloud-amd64', '6.1.0-50-cloud-amd64', '6.12.107+deb13-amd64']) {
    t.deepEqual(new Set(verdicts(release, objects).flat()), new Set([none]));
  }
});

test('CentOS 7.3: objects leak where kernel memory is accounted, with nokmem and without', (t) => {
  for (const release of ['3.10.0-514.el7.x86_64', '3.10.0-514']) {
    t.deepEqual(
      verdicts(release, objects),
      objects.map(() => [leak, leak, none, none]),
    );
    t.deepEqual(verdicts(release, pages), [
      [none, none, none, none],
      [unknown, unknown, none, none],
      [none, none, none, none],
    ]);
    const unwritten = workloads.filter((one) => !isWritten(one));
    t.deepEqual(new Set(verdicts(release, unwritten, 'off').flat()), new Set([none]));
  }
});

test('CentOS 7.9 leaks less, and nokmem heals it; 4.4 holds what is kept', (t) => {
  t.deepEqual(verdicts('3.10.0-1160.el7.x86_64', objects), [
    [unknown, none, unknown, unknown],
    [none, none, unknown, unknown],
    [leak, none, unknown, unknown],
  ]);
  t.deepEqual(verdicts('4.4.178', objects), [
    [leak, unknown, unknown, unknown],
    [none, unknown, unknown, unknown],
    [none, unknown, unknown, unknown],
  ]);
});

test('what was not measured has no expectation: updates of 7.3, 7.5, ELRepo, CentOS 8, and 6.19 to 7.1', (t) => {
  for (const release of [
    '3.10.0-514.26.2.el7.x86_64',
    '3.10.0-862.el7.x86_64',
    '4.4.248-1.el7.elrepo.x86_64',
    '4.18.0-348.el8.x86_64',
  ]) {
    t.deepEqual(new Set(verdicts(release, [...objects, 'kmem', 'page-cache']).flat()), new Set([unknown]), release);
  }
  t.deepEqual(verdicts('7.0.1', pages)[1], [unknown, unknown, none, none]);
});

test('slow workloads get fewer cgroups, and none of them too few to be told from noise', (t) => {
  const counts = (quick: number) => workloads.map((workload) => cgroupsOf(workload, quick));
  t.deepEqual(counts(300), [300, 300, 300, 100, 100, 60, 150, 60, 300]);
  t.deepEqual(counts(100), [100, 100, 100, 33, 33, 30, 50, 30, 100]);
  t.deepEqual(counts(30), [30, 30, 30, 30, 30, 30, 30, 30, 30]);
});

test('kernel memory that is always accounted cannot be left out, and cgroup v2 came with the same kernel', (t) => {
  const asked = (release: string, levels: Cell) =>
    kmemSlab.notApplicable?.({ cgroups: 'usual', kmem: 'on', workload: 'kmem', ...levels }, release, fakeHost);
  t.is(asked('3.10.0-514.el7', { kmem: 'off' }), undefined);
  t.is(
    asked('5.10.0', { kmem: 'off' }),
    'since 4.5 kernel memory is always accounted; bootParameters=nokmem switches that off',
  );
  t.is(asked('3.10.0-514.el7', { cgroups: 'v2' }), 'cgroup v2 came with 4.5');
  t.is(asked('5.10.0', { cgroups: 'v2' }), undefined);
  t.is(
    asked('5.10.0', { workload: 'file-cache' }),
    'the workload file-cache needs a disk that the machine microvm has',
  );
  t.is(
    asked('6.12.0', { workload: 'loop-written' }),
    'the workload loop-written needs a disk that the machine microvm has',
  );
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
  t.regex(judgement.observed, /^leak: 1\.000 dying cgroups, 13,990 ± \d+ unreclaimable bytes per cgroup$/);
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
    [['remains of removed cgroups', 'leak']],
  );
});

test('a kernel that made fewer cgroups than it was asked for', (t) => {
  const all = observed(1, 13_990);
  const series = all.series.map((one) => ({ ...one, points: one.points.slice(0, 3) }));
  const seen = { ...all, series, made: 120, refusal: 'No space left on device' };
  const [first] = judgeKmemSlab(cell, '5.10.0', seen).checks;
  t.like(first, { observed: '120', expected: '300', asExpected: false, evidence: ['No space left on device'] });
});

/** As the kernel of CentOS 7.3 shows it: cgroups that it does not count as dying, and the copies of slab caches that they keep. */
function on514(each: { ids: number; copies: number; bytes: number; stays: number }): KmemSlabObservations {
  const doses = [0, 12, 24, 36, 48, 60];
  const series = (slopes: typeof each) =>
    (
      [
        ['dying-cgroups', 'cgroups', 1, 0, 0],
        ['slab-ids', 'ids', 1, slopes.ids, 1],
        ['slab-copies', 'copies', 1, slopes.copies, 2],
        ['unreclaimable', 'bytes', 4096, slopes.bytes, 3e6],
        ['slab-unreclaimable', 'bytes', 4096, slopes.bytes, 3e6],
      ] as const
    ).map(([metric, unit, granularity, slope, base]) => ({
      metric,
      unit,
      per: 'cgroup',
      granularity,
      points: doses.map((dose) => ({ dose, value: base + Math.round(slope * dose) })),
    }));
  const reading = (dose: number, bytes: number) => ({
    'dying-cgroups': 0,
    unreclaimable: 3e6 + bytes * dose,
    'slab-unreclaimable': 3e6 + bytes * dose,
    'slab-ids': 1 + each.ids * dose,
  });
  return {
    ...observed(0, 0),
    series: series(each),
    idle: series({ ids: 0, copies: 0, bytes: 0, stays: 0 }),
    made: 60,
    warmUp: 20,
    back: {
      before: reading(0, 0),
      peak: reading(60, each.bytes),
      afterDropCaches: reading(60, each.bytes),
      // What the twenty of the warm-up left goes, too.
      afterLettingGo: reading(60, each.bytes - ((each.bytes - each.stays) * 80) / 60),
    },
    growth: [
      { name: 'shmem_inode_cache', copies: 60, bytes: 1_257_472 },
      { name: 'dentry', copies: 60, dangling: 18, bytes: 753_664 },
    ],
    cgroupSlabs: { state: 'listed', caches: 20, bytes: 114_688 },
    accounting: { state: 'on', chargedBytes: 258_048, limitBytes: 1 << 30 },
  };
}

const centos = { kernel: '3.10.0-514', bootParameters: 'none', cgroups: 'usual', kmem: 'on', workload: 'files-kept' };

test('3.10 has no dying cgroup, and its ids accuse', (t) => {
  const judgement = judgeKmemSlab(
    centos,
    '3.10.0-514.el7.x86_64',
    on514({ ids: 1, copies: 2, bytes: 74_752, stays: 73_900 }),
  );
  t.regex(judgement.observed, /^leak: 1\.000 slab ids, 74,752 ± \d+ unreclaimable bytes per cgroup$/);
  t.is(judgement.bug, 'present');
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
  for (const line of [
    'kernel memory accounting: on, 258,048 B charged; limit of memory: none, of kernel memory: 1,073,741,824 B',
    'slab-unreclaimable: of 74,752 B each 73,900 B stay when all that was left is removed: leak',
    'drop_caches gives back 0 % of the ids, 0 % of the bytes',
    'removing the holders gives back 0 % of the ids, 2 % of the bytes',
    '  shmem_inode_cache 1,257,472 B, 60 more copies of it',
    '  dentry 753,664 B, 60 more copies of it, 18 more links to copies that are gone',
  ]) {
    t.true(judgement.figures?.includes(line), line);
  }
});

test('files that are kept are no leak by their bytes, which go with them', (t) => {
  const seen = on514({ ids: 0, copies: 0, bytes: 44_000, stays: 200 });
  const judgement = judgeKmemSlab({ ...centos, kmem: 'off' }, '3.10.0-514.el7.x86_64', seen);
  t.regex(judgement.observed, /^no-leak: 0\.000 dying cgroups, 44,000 ± \d+ unreclaimable bytes per cgroup$/);
  t.true(judgement.checks.every(({ asExpected }) => asExpected));
});

test('bytes alone accuse where nothing was left behind on purpose', (t) => {
  const freed = { ...centos, workload: 'objects-freed', kmem: 'off' };
  const accused = judgeKmemSlab(
    freed,
    '3.10.0-514.el7.x86_64',
    on514({ ids: 0, copies: 0, bytes: 20_000, stays: 20_000 }),
  );
  t.is(accused.checks[1]?.observed, 'leak');
  t.false(accused.checks[1]?.asExpected);
  const little = on514({ ids: 0, copies: 0, bytes: 1200, stays: 1200 });
  t.is(judgeKmemSlab(freed, '3.10.0-514.el7.x86_64', little).checks[1]?.observed, 'no-leak');
});

test('cells that were run on a real 3.10.0-514, with no Percpu to read: none leaks, page cache is not decided', (t) => {
  const cells = recordedOn514().filter(({ scenario }) => scenario === 'kmem-slab');
  const seen = { made: 300, growth: [], cgroupSlabs: { state: 'listed', caches: 20, bytes: 90_112 } } as const;
  const said = cells.map(({ cell: one, seen: { release, ...recorded } }) => {
    const { checks, expected } = judgeKmemSlab(one, release, { ...recorded, ...seen, growth: [] });
    return `${one['workload']} ${one['bootParameters']}: ${checks[1]?.observed}, expected ${expected}`;
  });
  t.deepEqual(said.toSorted(), [
    'kmem nokmem: no-leak, expected no-leak',
    'kmem none: no-leak, expected no-leak',
    'nothing nokmem: no-leak, expected no-leak',
    'nothing none: no-leak, expected no-leak',
    'page-cache nokmem: inconclusive, expected not known yet',
    'page-cache none: inconclusive, expected not known yet',
  ]);
});

test('dropping caches gives back the cache of a disk, and not that of a tmpfs', (t) => {
  const seen = observed(1, 4096);
  const cellOf = (workload: Workload) => ({
    bootParameters: 'none',
    cpus: '1',
    cgroups: 'usual',
    kmem: 'on',
    workload,
  });
  const given = (workload: Workload, dying: number) => {
    const back = { ...seen.back, afterDropCaches: { ...seen.back.afterDropCaches, 'dying-cgroups': dying } };
    const { checks } = judgeKmemSlab(cellOf(workload), '6.12.107', { ...seen, back });
    return checks
      .filter(({ what }) => what === 'drop_caches')
      .map(({ observed: saw, expected, asExpected }) => `${saw}, expected ${expected}: ${asExpected}`);
  };
  t.deepEqual(given('file-cache', 20), ['gives back, expected gives back: true']);
  t.deepEqual(given('file-cache', 320), ['gives nothing back, expected gives back: false']);
  t.deepEqual(given('page-cache', 320), ['gives nothing back, expected gives nothing back: true']);
  t.deepEqual(given('kmem', 320), []);
});

test('the controllers that hold cgroups are named where the kernel tells, and a wrong one is no pass', (t) => {
  const seen = observed(1, 9000);
  const by = (slopes: Record<string, number>): KmemSlabObservations => {
    const more = (of: number) =>
      Object.entries(slopes).map(([name, slope]) => ({
        ...(seen.series[0] ?? t.fail()),
        metric: `dying-${name}`,
        points: [0, 60, 120, 180, 240, 300].map((dose) => ({ dose, value: 20 + slope * of * dose })),
      }));
    return { ...seen, series: [...seen.series, ...more(1)], idle: [...seen.idle, ...more(0)] };
  };
  const onLoop = { bootParameters: 'none', cpus: '1', cgroups: 'v2', kmem: 'on', workload: 'loop-written' };
  const judged = (slopes: Record<string, number>) => {
    const { checks, observed: saw, expected } = judgeKmemSlab(onLoop, '6.12.117', by(slopes));
    const { asExpected } = checks.find(({ what }) => what === 'controllers that hold removed cgroups') ?? {};
    return [saw, expected, asExpected];
  };
  const leaks = 'leak: 1.000 dying cgroups, 9,000 ± 26 unreclaimable bytes per cgroup';
  t.deepEqual(judged({ io: 1, memory: 0 }), [`${leaks} · held by io`, 'leak · held by io', true]);
  t.deepEqual(judged({ io: 0, memory: 1 }), [`${leaks} · held by memory`, 'leak · held by io', false]);
  t.deepEqual(judged({ io: 1, memory: 1 }), [`${leaks} · held by memory, io`, 'leak · held by io', false]);
  t.deepEqual(judged({}), [leaks, 'leak', undefined]);
  const { figures } = judge(onLoop, '6.12.117', by({ io: 1, memory: -20 / 300 }));
  t.true(figures?.includes('dying by controller: io 320'));
});

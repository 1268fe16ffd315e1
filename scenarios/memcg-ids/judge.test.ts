import test from 'ava';
import { inWords } from '../../test/support/in-words.ts';
import { judgeMemcgIds as judge } from './judge.ts';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { memcgIds } from './scenario.ts';
import type { MemcgIdsObservations } from './observations.ts';

const judgeMemcgIds = (...all: Parameters<typeof judge>) => inWords(judge(...all));

function seen(made: number, refusal?: string, each = { dying: 1, ids: 0 }): MemcgIdsObservations {
  const series = (metric: string, unit: string, granularity: number, slope: number) => ({
    metric,
    unit,
    per: 'cgroup',
    granularity,
    points: [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => ({ dose: part * made, value: slope * part * made })),
  });
  const all = (dying: number, keptIds: number, bytes: number) => [
    series('dying-cgroups', 'cgroups', 1, dying),
    series('slab-ids', 'ids', 1, keptIds),
    series('unreclaimable', 'bytes', 4096, bytes),
  ];
  return {
    version: 1,
    made,
    ...(refusal !== undefined && { refusal }),
    series: all(each.dying, each.ids, 13_400),
    idle: all(0, 0, 0),
    kernelLog: [],
  };
}

const cell = { kernel: '5.10', dose: 'bounded' };
const full = 'No space left on device';

test('a bounded dose is refused nothing, and says what it would come to', (t) => {
  const judgement = judgeMemcgIds(cell, '5.10.0-32', seen(500));
  t.like(judgement, { observed: 'none refused · 500 cgroups made · 500 cgroups kept', expected: 'none refused' });
  t.true(
    judgement.figures?.includes(
      'extrapolated, not measured: where dead ones keep theirs, 65,035 ids are left, and 0.8 % are gone; as many dead cgroups as there are ids would hold 878 MB',
    ),
  );
});

test('where dead cgroups keep their ids, a refusal near the last of them was not measured yet', (t) => {
  const centos = { ...seen(65_530, full, { dying: 0, ids: 1 }), workload: 'files-kept' } as const;
  const judgement = judgeMemcgIds(cell, '3.10.0-514.el7', centos);
  t.like(judgement, {
    observed: 'refused · 65,530 cgroups made · 65,530 ids kept',
    expected: 'not known yet',
    bug: 'present',
  });
});

test('3.10 has no dying cgroup: the ids are counted, and without them it is no pass', (t) => {
  const centos = (ids: number) =>
    judgeMemcgIds(cell, '3.10.0-514.el7', { ...seen(500, undefined, { dying: 0, ids }), workload: 'files-kept' });
  t.is(centos(1).observed, 'none refused · 500 cgroups made · 500 ids kept');
  t.true(centos(1).checks.every(({ asExpected }) => asExpected));
  t.like(centos(0).checks[1], {
    what: 'removed cgroups that stay',
    observed: 'no-leak',
    expected: 'leak',
    asExpected: false,
  });
});

test('a kernel where none stays cannot show refusals', (t) => {
  const judgement = judgeMemcgIds(cell, '7.2.13', seen(500, undefined, { dying: 0, ids: 0 }));
  t.is(judgement.observed, 'none refused · 500 cgroups made · none kept');
  t.like(judgement.checks[1], { observed: 'no-leak', expected: 'no-leak' });
});

test('a later kernel that refuses is a surprise', (t) => {
  const [check] = judgeMemcgIds(cell, '5.10.0', seen(65_530, full)).checks;
  t.like(check, { observed: 'refused', expected: 'none refused', asExpected: false, evidence: [full] });
});

test('beyond the last id without a refusal: they are given back', (t) => {
  t.like(judgeMemcgIds(cell, '6.1.0', seen(66_000)), { expected: 'none refused', bug: 'absent' });
});

test('as many copies as there are ids do not fit into the machine of a cell', (t) => {
  const asked = (release: string, dose: string) => memcgIds.notApplicable?.({ dose }, release, fakeHost);
  t.regex(asked('3.10.0-514.el7.x86_64', 'full') ?? '', /^before Linux 4\.5 .* 4\.8 GB, .* has 2 GiB$/);
  t.is(asked('3.10.0-514.el7.x86_64', 'bounded'), undefined);
  t.is(asked('5.10.0', 'full'), undefined);
});

import test from 'ava';
import { judgeMemcgIds } from './memcg-ids-judge.ts';
import type { MemcgIdsObservations } from './memcg-ids.ts';

function seen(made: number, refusal?: string): MemcgIdsObservations {
  const series = (metric: string, unit: string, granularity: number, slope: number) => ({
    metric,
    unit,
    per: 'cgroup',
    granularity,
    points: [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => ({ dose: part * made, value: slope * part * made })),
  });
  const all = (dying: number, bytes: number) => [
    series('dying-cgroups', 'cgroups', 1, dying),
    series('unreclaimable', 'bytes', 4096, bytes),
  ];
  return {
    version: 1,
    made,
    ...(refusal !== undefined && { refusal }),
    series: all(1, 13_400),
    idle: all(0, 0),
    kernelLog: [],
  };
}

const cell = { kernel: '5.10', dose: 'bounded' };
const full = 'No space left on device';

test('a bounded dose refuses nobody, and says what it would come to', (t) => {
  const judgement = judgeMemcgIds(cell, '5.10.0-32', seen(500));
  t.like(judgement, { observed: 'none refused: 500 made, 500 dead', expected: 'none refused' });
  t.true(
    judgement.figures?.includes(
      'extrapolated, not measured: where dead ones keep theirs, 65,035 ids are left, and 0.8 % are gone; as many dead cgroups as there are ids would hold 878 MB',
    ),
  );
});

test('where dead cgroups keep their ids, mkdir fails at the last of them', (t) => {
  t.like(judgeMemcgIds(cell, '3.10.0-514.el7', seen(65_530, full)), {
    observed: 'refused: 65,530 made, 65,530 dead',
    expected: 'refused',
    bug: 'present',
  });
});

test('a later kernel that refuses is a surprise', (t) => {
  const [check] = judgeMemcgIds(cell, '5.10.0', seen(65_530, full)).checks;
  t.like(check, { observed: 'refused', expected: 'none refused', asExpected: false, evidence: [full] });
});

test('beyond the last id without a refusal: they are given back', (t) => {
  t.like(judgeMemcgIds(cell, '6.1.0', seen(66_000)), { expected: 'none refused', bug: 'absent' });
});

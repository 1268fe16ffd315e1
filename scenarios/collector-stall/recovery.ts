import type { RecoverySeries } from '../../harness/judge/recovery-record.ts';
import type { Series } from '../../harness/judge/sample.ts';

/**
 * The recovered part of the growth by the last dose, metric by metric.
 *
 * @param idle of the daemon before any call
 * @param after of the daemon without clients: a reading each of `seconds`, since they have gone
 */
export function recoveryOf(
  series: readonly Series[],
  idle: readonly Series[],
  after: readonly Series[],
  seconds: readonly number[],
): RecoverySeries[] {
  return series.map(({ metric, unit, per, granularity, points }, index) => ({
    metric,
    unit,
    per,
    granularity,
    baseline: (idle[index]?.points ?? []).map(withoutDose),
    peak: points.at(-1) ?? { dose: 0, missing: 'nothing was read' },
    after: (after[index]?.points ?? []).map((point, at) => ({
      seconds: seconds[at] ?? 0,
      // Each reading makes two, as goRuntime does.
      gcs: 2 * (at + 1),
      ...withoutDose(point),
    })),
  }));
}

function withoutDose(
  point: { dose: number } & ({ value: number } | { missing: string }),
): { value: number } | { missing: string } {
  return 'value' in point ? { value: point.value } : { missing: point.missing };
}

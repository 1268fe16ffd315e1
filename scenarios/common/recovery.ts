import type { RecoverySeries } from '../../harness/evidence/recovery-series.ts';
import type { Series } from '../../harness/evidence/series.ts';

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
  const pointsOf = (all: readonly Series[], metric: string) => all.find((one) => one.metric === metric)?.points ?? [];
  return series.map(({ metric, unit, per, granularity, points }) => ({
    metric,
    unit,
    per,
    granularity,
    baseline: pointsOf(idle, metric).map(withoutDose),
    peak: points.at(-1) ?? { dose: 0, missing: 'nothing was read' },
    after: pointsOf(after, metric).map((point, at) => ({
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

import { accusing } from './confidence.ts';
import { mean, roundingNoise, sum } from './least-squares.ts';
import type { Recovery } from './recovery-record.ts';
import type { RecoverySeries } from '../evidence/recovery-series.ts';
import { present, UnjudgeableError } from './sample.ts';
import { tQuantile } from './student-t.ts';
import { percent, wordsOf } from './words.ts';

/** A reading after the clients have gone. */
interface Later {
  seconds: number;
  gcs?: number | undefined;
  value: number;
}

/**
 * Says whether a metric came back to its baseline after the clients had gone, how far and how soon.
 *
 * Back means: within the tolerance of the baseline, and staying there to the last reading. What came back only in part is
 * settled from the reading on after which it fell no further.
 *
 * @throws {MissingReadingError} when a reading is missing.
 * @throws {UnjudgeableError} with fewer than two readings of the baseline or none after the close.
 */
export function judgeRecovery(series: RecoverySeries): Recovery {
  const { metric, unit, per, granularity } = series;
  const doing = `judging the recovery of ${metric}`;
  const before = present(series.baseline, `${doing}: baseline`, () => 'before the first dose').map(
    ({ value }) => value,
  );
  const [peak] = present([series.peak], `${doing}: peak`, ({ dose }) => `dose ${dose}`);
  const after = present(series.after, doing, (one) => `${one.seconds} s after the close`);
  const course = after.toSorted((a, b) => a.seconds - b.seconds);
  const last = course.at(-1);
  if (!peak || !last || before.length < 2) {
    throw new UnjudgeableError({
      doing,
      expected: 'two readings or more before the first dose, and one or more after the close',
      happened: `${before.length} before and ${course.length} after`,
    });
  }
  const baseline = mean(before);
  const tolerance = toleranceOf(before, granularity);
  const recovery = extent(peak.value - baseline, last.value - baseline, tolerance);
  const rest = recovery === 'full' ? baseline : last.value;
  const figures = {
    schema: 1 as const,
    metric,
    unit,
    per,
    recovery,
    baseline,
    peak: peak.value,
    final: last.value,
    tolerance,
    fraction: recovery === 'nothing-to-recover' ? null : clamp((peak.value - last.value) / (peak.value - baseline)),
    settled: recovery === 'full' || recovery === 'partial' ? settledAt(course, rest + tolerance) : null,
    residuePerDose: (last.value - baseline) / peak.dose,
  };
  return { ...figures, reasons: [describe(figures, last.seconds)] };
}

/**
 * Prediction interval for one more reading of the baseline, at 0.999, and one smallest allocation: the same parts that a
 * threshold has.
 */
function toleranceOf(before: readonly number[], granularity: number): number {
  const degrees = before.length - 1;
  const middle = mean(before);
  const spread = Math.sqrt(sum(before.map((value) => (value - middle) ** 2)) / degrees);
  const noise = Math.max(spread, roundingNoise(granularity));
  return granularity + tQuantile(accusing, degrees) * noise * Math.sqrt(1 + 1 / before.length);
}

function extent(rise: number, rest: number, tolerance: number): Recovery['recovery'] {
  if (rise <= tolerance) return 'nothing-to-recover';
  if (rest <= tolerance) return 'full';
  return rise - rest > tolerance ? 'partial' : 'none';
}

/** The first reading from which the value stays at or below a limit, and the one before it. */
function settledAt(course: readonly Later[], limit: number): Recovery['settled'] {
  const above = course.findLastIndex(({ value }) => value > limit);
  const first = course[above + 1];
  if (!first) return null;
  const before = course[above];
  return {
    bySeconds: first.seconds,
    ...(before && { notAtSeconds: before.seconds }),
    ...(first.gcs !== undefined && { gcs: first.gcs }),
  };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function describe(figures: Omit<Recovery, 'reasons'>, lastSeconds: number): string {
  const { recovery, baseline, peak, final, fraction, settled, residuePerDose } = figures;
  const words = wordsOf(figures);
  const rose = `it rose from ${words.amount(baseline)} to ${words.amount(peak)}`;
  if (recovery === 'nothing-to-recover') return `${rose}, which is within the noise: there was nothing to come back`;
  const gcs =
    settled?.gcs === undefined ? '' : ` and ${settled.gcs} garbage ${settled.gcs === 1 ? 'collection' : 'collections'}`;
  const when = settled ? `within ${words.number(settled.bySeconds)} s${gcs} of the close` : '';
  if (recovery === 'full') return `${rose} and came back ${when}`;
  const left = `${words.amount(final)} is left ${words.number(lastSeconds)} s after the close, ${words.slope(residuePerDose)}`;
  if (recovery === 'none') return `${rose} and did not come back: ${left}`;
  return `${rose} and gave ${percent(fraction ?? 0)} of it back ${when}: ${left}`;
}

import { assess, type Assessment } from './assessment.ts';
import { moreDoses } from './more-doses.ts';
import { objectionsTo, type Objection } from './objection.ts';
import { adviceOn, disagreement, mainReason, thresholdReason } from './reasons.ts';
import { readingsOf, UnjudgeableError } from './sample.ts';
import type { Series } from '../evidence/series.ts';
import { saturationOf, type Saturation } from './saturation.ts';
import { idleNoise, type IdleNoise } from './threshold.ts';
import type { SlopeVerdict } from './verdict-record.ts';
import { wordsOf, type Words } from './words.ts';

/** The method of the slope and its interval; stored with every verdict. */
export const method =
  'least squares with a t interval (low end 0.999, high end 0.99), against granularity + noise + drift of the idle cell; Theil–Sen, each reading left out, differences, steps, falls and saturation as witnesses';

/**
 * Judges a series by the growth per unit of dose, against what the idle cell shows without work.
 *
 * Interval above the threshold: `leak`, unless the run was bad. Below: `no-leak`. Across: `inconclusive`. Where the growth
 * ends in a standstill, it is the readings before that are judged, by the same rules.
 *
 * @param idle the same metric on the same schedule in a cell without work (see sample.ts)
 * @throws {MissingReadingError} when a reading of either is missing.
 * @throws {UnjudgeableError} when there are fewer than three doses, or the idle cell is of another metric or too short.
 */
export function judge(series: Series, idle: Series): SlopeVerdict {
  const doing = `judging ${series.metric}`;
  requireAlike(series, idle, doing);
  const words = wordsOf(series);
  const readings = readingsOf(series, doing);
  const noise = idleNoise(readingsOf(idle, `${doing}: the idle cell`), series.granularity, doing);
  const whole = assess(readings, noise, series.granularity, doing);
  const saturation =
    whole.side === 'below' ? undefined : saturationOf(readings, series.granularity, whole.threshold.value);
  if (!saturation) return record(series, whole, noise, objectionsOf(whole, noise, words), undefined);

  const growing = assess(saturation.growing, noise, series.granularity, doing);
  if (growing.side === 'above') return record(series, growing, noise, objectionsTo(growing, noise, words), saturation);
  const reason = `the readings before the standstill do not show a leak by themselves: add doses below ${words.number(saturation.dose)}`;
  const objections = [{ withdrawal: 'saturation' as const, reason }, ...objectionsOf(whole, noise, words)];
  return record(series, whole, noise, objections, saturation);
}

function requireAlike(series: Series, idle: Series, doing: string): void {
  for (const key of ['metric', 'unit', 'per', 'granularity'] as const) {
    if (series[key] === idle[key]) continue;
    throw new UnjudgeableError({
      doing,
      expected: `an idle cell with the ${key} ${series[key]}`,
      happened: `its ${key} is ${idle[key]}`,
    });
  }
}

function objectionsOf(assessment: Assessment, idle: IdleNoise, words: Words): Objection[] {
  if (assessment.side === 'above') return objectionsTo(assessment, idle, words);
  const { interval, threshold } = assessment;
  if (assessment.side === 'below' || interval.low <= threshold.value - threshold.drift) return [];
  const reason = `it would be called a leak if the idle cell did not grow by ${words.slope(threshold.drift)}, too`;
  return [{ withdrawal: 'drift', reason }];
}

function record(
  { metric, unit, per }: Series,
  assessment: Assessment,
  idle: IdleNoise,
  objections: Objection[],
  saturation: Saturation | undefined,
): SlopeVerdict {
  const words = wordsOf({ unit, per });
  const { line, side, readings, threshold } = assessment;
  const more = side === 'across' && !saturation ? moreDoses(readings, line, threshold) : undefined;
  const standstill =
    saturation && `the growth ends at dose ${words.number(saturation.dose)}, at ${words.amount(saturation.level)}`;
  return {
    schema: 1,
    metric,
    unit,
    per,
    verdict: side === 'below' ? 'no-leak' : side === 'above' && objections.length === 0 ? 'leak' : 'inconclusive',
    slope: line.slope,
    interval: assessment.interval,
    robust: assessment.robust,
    intercept: line.intercept,
    r2: line.r2 ?? null,
    threshold,
    detectionLimit: assessment.detectionLimit,
    noise: { idle: idle.noise, run: line.noise },
    n: line.n,
    doses: assessment.doses,
    method,
    ...(saturation && { saturation: { dose: saturation.dose, level: saturation.level } }),
    withdrawn: [...new Set(objections.map(({ withdrawal }) => withdrawal))],
    ...(more && { moreDoses: more }),
    reasons: [
      mainReason(assessment, words),
      ...objections.map(({ reason }) => `withdrawn: ${reason}`),
      standstill,
      disagreement(assessment, words),
      side === 'across' && !saturation ? adviceOn(more, words) : undefined,
      thresholdReason(assessment, idle, words),
    ].filter((reason) => reason !== undefined),
  };
}

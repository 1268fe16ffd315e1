import type { RecoverySeries } from '../../evidence/recovery-series.ts';
import type { SoakRecord } from '../../evidence/soak-record.ts';
import type { Series } from '../../evidence/series.ts';
import type { Html } from '../markup/html.ts';
import { number, rowsOf } from './renderer.ts';

type Reading = { value: number } | { missing: string };

/** Every reading of every metric. */
export function seriesTable(what: string, series: readonly Series[]): Html | undefined {
  const rows = series.map(({ metric, unit, per, points }) => [
    metric,
    unit,
    points.map((point) => `${textOf(point)} at ${number(point.dose)}`).join(', '),
    per,
  ]);
  return rowsOf(what, ['metric', 'unit', 'readings, each at a dose', 'dose in'], rows);
}

/** The readings before the doses, at the last one, and after the clients have gone. */
export function recoveryTable(what: string, series: readonly RecoverySeries[]): Html | undefined {
  const rows = series.map(({ metric, unit, baseline, peak, after }) => [
    metric,
    unit,
    baseline.map(textOf).join(', '),
    `${textOf(peak)} at ${number(peak.dose)}`,
    after.map((point) => `${textOf(point)} after ${number(point.seconds)} s`).join(', '),
  ]);
  return rowsOf(what, ['metric', 'unit', 'before the doses', 'at the last dose', 'without clients'], rows);
}

/** Some samples of a soak, evenly spread: the plots over time have all of them. */
export function soakTable(what: string, { samples, metrics }: SoakRecord): Html | undefined {
  const every = Math.ceil(samples.length / shownSamples);
  const shown = samples.filter((_, index) => index % every === 0 || index === samples.length - 1);
  const columns = metrics.filter(({ metric }) => shown.some(({ values }) => values[metric] !== undefined));
  const rows = shown.map(({ segment, seconds, calls, values }) => [
    number(segment),
    number(Math.round(seconds)),
    number(calls),
    ...columns.map(({ metric }) => (values[metric] === undefined ? '' : number(values[metric]))),
  ]);
  return rowsOf(what, ['segment', 'seconds', 'calls', ...columns.map(({ metric }) => metric)], rows);
}

/** Rows of a page's table. */
const shownSamples = 20;

function textOf(reading: Reading): string {
  return 'value' in reading ? number(reading.value) : `missing (${reading.missing})`;
}

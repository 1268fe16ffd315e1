import * as Plot from '@observablehq/plot';
import type { RecoverySeries } from '../../evidence/recovery-series.ts';
import type { Series } from '../../evidence/series.ts';
import type { StoredEvent } from '../../store/read-events.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { shortNumber } from './numbers.ts';
import { plot, rangeOf, rangeOver } from './plot.ts';
import { labelsOf, marksOf, type Mark } from './time-marks.ts';

/** All probes, read at one moment. */
interface TimedReading {
  /** Milliseconds since the cell began. */
  at: number;
  values: Readonly<Record<string, number>>;
  isIdle: boolean;
}

/** The common parts of all plots of a cell. */
interface Timeline {
  readings: readonly TimedReading[];
  marks: readonly Mark[];
  /** Garbage collections that the lab has asked for, in milliseconds since the cell began. */
  collections: readonly number[];
  /** From the first reading to the last, in milliseconds since the cell began. */
  from: number;
  to: number;
}

/** Plots of each probe's readings over the time of the cell, with the events; none where nothing was read. */
export function timePlots(
  events: readonly StoredEvent[],
  { series, recovery }: { series: readonly Series[]; recovery: readonly RecoverySeries[] },
): Html | undefined {
  // The seconds of a recovery are counted from there.
  const closedAt = events.findLast(({ code }) => code === 'clients-closed')?.at;
  const readings = [...events.flatMap(readingOf), ...readingsAfter(recovery, closedAt)];
  if (readings.length < 2) return undefined;
  const times = readings.map(({ at }) => at);
  const [from, to] = rangeOver(times);
  const { before, marks } = marksOf(events, from);
  const collections = events.filter(({ code }) => code === 'garbage-collected').map(({ at }) => at);
  const units = new Map(series.map(({ metric, unit }) => [metric, unit]));
  const metrics = [...new Set(readings.flatMap(({ values }) => Object.keys(values)))];
  const valuesOf = (metric: string) => readings.flatMap((reading) => valueOf(reading, metric) ?? []);
  const still = metrics.filter((metric) => rangeOf(valuesOf(metric)) !== undefined);
  const calm = still.map((metric) => `${metric} ${shortNumber(valuesOf(metric)[0] ?? 0)}`);
  const changing = metrics.filter((metric) => !still.includes(metric));
  const timeline = { readings, marks, collections, from, to };
  return html`<details>
    <summary>Every probe over time, ${metrics.length} series</summary>
    ${before.length > 0 ? html`<p>Before the first reading: ${before.map(whenOf).join(', ')}.</p>` : ''}
    <ol class="plain">
      ${marks.map(({ words, at }) => html`<li>${words} <small>at ${seconds(at)}</small></li>`)}
    </ol>
    ${legend(timeline)}
    <div class="plots">${changing.map((metric) => timePlot(metric, units.get(metric), timeline))}</div>
    ${calm.length > 0 ? html`<p>The same in all ${readings.length} readings: ${calm.join(', ')}.</p>` : ''}
  </details>`;
}

function legend({ readings, collections }: Timeline): Html {
  const sign = (mood: string, text: string): Html => html`<span class="${mood}" aria-hidden="true">${text}</span>`;
  const parts: Part[] = [
    readings.some(({ isIdle }) => isIdle) ? html`${sign('series', '●')} with work, ${sign('idle', '×')} idle. ` : '',
    collections.length > 0
      ? html`${sign('mark', '▾')} A garbage collection that the lab has asked the daemon for, ${collections.length} in
        all: heap-alloc is what is left after two. Those that it makes by itself are not seen.`
      : '',
  ];
  return html`<p>${parts}</p>`;
}

/** Readings after the clients had closed, which are kept with the recovery. */
function readingsAfter(recovery: readonly RecoverySeries[], closedAt: number | undefined): TimedReading[] {
  if (closedAt === undefined) return [];
  const points = recovery.flatMap(({ metric, after }) =>
    after.flatMap((point) => ('value' in point ? [{ metric, seconds: point.seconds, value: point.value }] : [])),
  );
  return [...Map.groupBy(points, (point) => point.seconds)].map(([after, same]) => ({
    at: closedAt + after * 1000,
    values: Object.fromEntries(same.map(({ metric, value }) => [metric, value])),
    isIdle: false,
  }));
}

function timePlot(metric: string, unit: string | undefined, timeline: Timeline): Html {
  const { readings, marks, collections, from, to } = timeline;
  const points = readings.flatMap((reading) => {
    const y = valueOf(reading, metric);
    return y === undefined ? [] : [{ x: reading.at / 1000, y, idle: reading.isIdle }];
  });
  const x = ({ at }: { at: number }) => at / 1000;
  const own = { fill: 'currentColor', className: 'mark' };
  const drawn = plot({
    label: `${metric} over the seconds of the cell, ${points.length} readings from ${points[0]?.y} to ${points.at(-1)?.y} ${unit ?? ''}`,
    x: 'seconds since the cell began',
    y: unit === undefined || unit === metric ? metric : `${metric} (${unit})`,
    height: 220,
    // The numbers of the events stand between the label and the frame.
    marginTop: 44,
    marks: [
      Plot.ruleX(marks, { x, stroke: 'currentColor', strokeDasharray: '2 3', className: 'mark' }),
      Plot.text(labelsOf(marks, to - from), { x, text: 'text', frameAnchor: 'top', dy: -16, ...own }),
      Plot.dot(
        collections.map((at) => ({ at })).filter(({ at }) => at >= from),
        { x, frameAnchor: 'bottom', dy: 5, r: 2, symbol: 'triangle', rotate: 180, ...own },
      ),
      Plot.line(points, { x: 'x', y: 'y', stroke: 'currentColor', strokeOpacity: 0.6, className: 'series' }),
      Plot.dot(
        points.filter(({ idle }) => idle),
        { x: 'x', y: 'y', symbol: 'times', stroke: 'currentColor', className: 'idle' },
      ),
      Plot.dot(
        points.filter(({ idle }) => !idle),
        { x: 'x', y: 'y', fill: 'currentColor', className: 'series' },
      ),
    ],
  });
  return html`<figure>${drawn}</figure> `;
}

function readingOf(event: StoredEvent): TimedReading[] {
  if (event.code !== 'reading' && event.code !== 'idle-reading') return [];
  return [{ at: event.at, values: event.values, isIdle: event.code === 'idle-reading' }];
}

function valueOf({ values }: TimedReading, metric: string): number | undefined {
  return Object.hasOwn(values, metric) ? values[metric] : undefined;
}

function whenOf({ words, at }: Omit<Mark, 'number'>): string {
  return `${words} at ${seconds(at)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

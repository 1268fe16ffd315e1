import * as Plot from '@observablehq/plot';
import type { RecoverySeries } from '../../judge/recovery-record.ts';
import type { CellEvent, CellEvidence } from './evidence.ts';
import { html, type Html } from './html.ts';
import { shortNumber } from './numbers.ts';
import { plot, rangeOf } from './plot.ts';

/** Events that a reader wants to see in a series, by the beginning of their names: what happens to a daemon and its clients. */
const marked =
  /^(?:dockerd|containerd|client|stopping|starting dockerd|releasing|taking a profile|budget|failed|interrupted|reboot|remedy|dosed)/;

/** The event from which the seconds of a recovery are counted. */
const closed = 'client gone';

/** What each probe read in the course of the cell, with what happened meanwhile; nothing where nothing was read. */
export function timePlots(
  events: readonly CellEvent[],
  { series = [], recovery = [] }: CellEvidence['observed'],
): Html | undefined {
  const during = events.filter(({ values }) => values !== undefined);
  const readings = [...during, ...readingsAfter(recovery, events.findLast(({ what }) => what === closed)?.at)];
  if (readings.length < 2) return undefined;
  const marks = events.filter(({ what, values }) => values === undefined && marked.test(what));
  const units = new Map(series.map(({ metric, unit }) => [metric, unit]));
  const metrics = [...new Set(readings.flatMap(({ values }) => Object.keys(values ?? {})))];
  const numbered = marks.map(({ at, what }, index) => ({ at, what, number: index + 1 }));
  const valuesOf = (metric: string) => readings.flatMap(({ values }) => values?.[metric] ?? []);
  const still = metrics.filter((metric) => rangeOf(valuesOf(metric)) !== undefined);
  const calm = still.map((metric) => `${metric} ${shortNumber(valuesOf(metric)[0] ?? 0)}`);
  const changing = metrics.filter((metric) => !still.includes(metric));
  return html`<details>
    <summary>Every probe over time, ${metrics.length} series</summary>
    <ol class="plain">
      ${numbered.map(({ what, at }) => html`<li>${what} <small>at ${(at / 1000).toFixed(1)} s</small></li>`)}
    </ol>
    <div class="plots">${changing.map((metric) => timePlot(metric, units.get(metric), readings, numbered))}</div>
    ${
      metrics.includes('heap-alloc')
        ? html`<p>Garbage is collected twice at every reading: heap-alloc is what is left after it.</p>`
        : ''
    }
    ${calm.length > 0 ? html`<p>The same in all ${readings.length} readings: ${calm.join(', ')}.</p>` : ''}
  </details>`;
}

/** Readings after the clients had closed, which are kept with the recovery. */
function readingsAfter(recovery: readonly RecoverySeries[], closedAt: number | undefined): CellEvent[] {
  if (closedAt === undefined) return [];
  const points = recovery.flatMap(({ metric, after }) =>
    after.flatMap((point) => ('value' in point ? [{ metric, seconds: point.seconds, value: point.value }] : [])),
  );
  return [...Map.groupBy(points, ({ seconds }) => seconds)].map(([seconds, same]) => ({
    at: closedAt + seconds * 1000,
    what: 'reading after the clients',
    values: Object.fromEntries(same.map(({ metric, value }) => [metric, value])),
  }));
}

function timePlot(
  metric: string,
  unit: string | undefined,
  readings: readonly CellEvent[],
  marks: readonly { at: number; number: number }[],
): Html {
  const points = readings.flatMap(({ at, what, values }) => {
    const y = values?.[metric];
    return y === undefined ? [] : [{ x: at / 1000, y, idle: what.startsWith('idle') }];
  });
  const drawn = plot({
    label: `${metric} over the seconds of the cell, ${points.length} readings from ${points[0]?.y} to ${points.at(-1)?.y} ${unit ?? ''}`,
    x: 'seconds',
    y: unit === undefined || unit === metric ? metric : `${metric} (${unit})`,
    height: 200,
    marks: [
      Plot.ruleX(marks, {
        x: ({ at }: { at: number }) => at / 1000,
        stroke: 'currentColor',
        strokeDasharray: '2 3',
        className: 'mark',
      }),
      Plot.text(marks, {
        x: ({ at }: { at: number }) => at / 1000,
        text: 'number',
        frameAnchor: 'top',
        dy: -14,
        fill: 'currentColor',
        className: 'mark',
      }),
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

import * as Plot from '@observablehq/plot';
import type { Series } from '../../evidence/series.ts';
import type { SlopeFigure } from '../../judge/verdict-record.ts';
import { html, type Html } from '../markup/html.ts';
import { shortNumber, slopeWords } from './numbers.ts';
import { plot, rangeOf, rangeOver } from './plot.ts';

interface Point {
  x: number;
  y: number;
}

/** A plot of a metric by dose: readings, the judged line with its interval, and the idle cell beside it. */
export function dosePlot(figure: SlopeFigure, series: Series, idle: Series | undefined): Html {
  return html`<figure>
    ${drawDoses(figure, series, idle)}
    <figcaption>
      <b>${figure.metric}</b>: ${figure.verdict}. ${slopeWords(figure)}; up to ${shortNumber(figure.threshold)} it would
      be none.${idle && pointsOf(idle).length > 0 ? ' ● with work, × idle on the same schedule.' : ''}
    </figcaption>
  </figure> `;
}

/** The same plot as a file of its own, e.g. beside a bug report. */
export function doseSvg(figure: SlopeFigure, series: Series, idle: Series | undefined): string {
  const { text } = drawDoses(figure, series, idle);
  const own = 'style="background: white; color: #0b5394; font: 11px sans-serif; overflow: visible"';
  return text.replace('<svg', `<svg ${text.includes('xmlns=') ? '' : 'xmlns="http://www.w3.org/2000/svg" '}${own}`);
}

function drawDoses(figure: SlopeFigure, series: Series, idle: Series | undefined): Html {
  const points = pointsOf(series);
  const calm = idle ? pointsOf(idle) : [];
  const [from, to] = rangeOver(points.map(({ x }) => x));
  const label = `${figure.metric}: ${figure.verdict}, ${slopeWords(figure)}`;
  return plot({
    label: `${figure.unit} of ${figure.metric} over ${figure.per}s applied. ${label}`,
    x: `${figure.per}s`,
    y: figure.metric === figure.unit ? figure.unit : `${figure.metric} (${figure.unit})`,
    height: 260,
    range: rangeOf([...points, ...calm].map((point) => point.y)),
    marks: [
      Plot.areaY(band(figure, points, [from, to]), {
        x: 'x',
        y1: 'low',
        y2: 'high',
        fill: 'currentColor',
        fillOpacity: 0.2,
        className: 'series',
      }),
      Plot.line(
        [from, to].map((x) => ({ x, y: figure.intercept + figure.slope * x })),
        { x: 'x', y: 'y', stroke: 'currentColor', className: 'series' },
      ),
      Plot.dot(calm, { x: 'x', y: 'y', symbol: 'times', r: 3, stroke: 'currentColor', className: 'idle' }),
      Plot.dot(points, { x: 'x', y: 'y', r: 3.5, fill: 'currentColor', className: 'series' }),
    ],
  });
}

/** The interval is the slope's: all its lines go through the middle of the readings, as that of least squares does. */
function band({ low, high }: SlopeFigure, points: Point[], ends: number[]): { x: number; low: number; high: number }[] {
  const middle = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) };
  return [...ends, middle.x]
    .toSorted((a, b) => a - b)
    .map((x) => {
      const values = [low, high].map((slope) => middle.y + slope * (x - middle.x));
      return { x, low: Math.min(...values), high: Math.max(...values) };
    });
}

function pointsOf({ points }: Series): Point[] {
  return points.flatMap((point) => ('value' in point ? [{ x: point.dose, y: point.value }] : []));
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

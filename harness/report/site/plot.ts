import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { trusted, type Html } from '../markup/html.ts';
import { shortNumber } from './numbers.ts';

/** Width of a plot in pixels at its full size; a phone shows it smaller. */
const width = 440;

/** The contents of a plot: marks, and the meaning of its axes. */
export interface PlotRequest {
  /** The text that a screen reader reads instead of the picture. */
  label: string;
  x: string;
  y: string;
  height: number;
  /** Pixels between the upper edge, at which the label of y stands, and the frame. */
  marginTop?: number;
  /** Of the values, where they alone would make none: see {@link rangeOf}. */
  range?: [number, number] | undefined;
  marks: Plot.Markish[];
}

/** Ticks are round: with more digits than they have, each shows those that it has and differs from the next. */
const tickFormat = (tick: number) => shortNumber(tick, 6);

/** Draws an SVG that takes its colours from the style sheet of the page, without script or style of its own. */
export function plot({ label, x, y, height, marginTop = 28, range, marks }: PlotRequest): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    document,
    width,
    height,
    marginLeft: 62,
    marginTop,
    marginRight: 24,
    marginBottom: 42,
    x: { label: x, labelOffset: 38, ticks: 5, tickFormat },
    y: { label: y, grid: true, ticks: 5, tickFormat, ...(range && { domain: range }) },
    marks,
  });
  // The page's policy allows no inline style; what these say is in the page's style sheet.
  for (const style of drawn.querySelectorAll('style')) style.remove();
  for (const element of [drawn, ...drawn.querySelectorAll('*')]) {
    for (const name of ['style', 'aria-label', 'aria-hidden', 'class']) {
      // Classes are ours where a mark has one, and Plot's on the root.
      if (name !== 'class' || element === drawn) element.removeAttribute(name);
    }
  }
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', label);
  return trusted(drawn.outerHTML);
}

/** The least and the largest of as many values as there are. */
export function rangeOver(values: readonly number[]): [number, number] {
  return values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** A range around values that are all the same, which have no scale of their own; undefined for others. */
export function rangeOf(values: readonly number[]): [number, number] | undefined {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? [first - 1, first + 1] : undefined;
}

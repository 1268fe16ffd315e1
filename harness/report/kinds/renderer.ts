import type { Html, Part } from '../markup/html.ts';
import { table } from '../markup/table.ts';

/** The way a kind of evidence is shown on the page of a run. */
export type Renderer<Value> = Fact<Value> | Section<Value>;

/** One line of a list of facts. */
interface Fact<Value> {
  title: string;
  fact: (value: Value) => Part;
}

/** A part of its own; undefined for an empty list. */
interface Section<Value> {
  title: string;
  /** @param about the member, where there is more than one of the kind, and the cell */
  section: (value: Value, about: string) => Html | undefined;
}

/** Rows of a table that are shown; the longest that a cell has stored has some 50. */
const mostRows = 500;

/** A table of evidence; undefined without rows. */
export function rowsOf(what: string, heads: readonly string[], rows: readonly (readonly Part[])[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const left = rows.length - mostRows;
  return table(
    `${what}${left > 0 ? `, the first ${mostRows} of ${rows.length} rows` : ''}`,
    heads,
    rows.slice(0, mostRows),
  );
}

/** A number as people read it: whole ones with all their digits, others with three places. */
export function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 3 });
}

/** The same with its unit. */
export function quantity(value: number | undefined, unit: string): string {
  return value === undefined ? '–' : `${number(value)} ${unit}`;
}

/** A cell of a table for a number that may be absent. */
export function numberOr(value: number | undefined): string {
  return value === undefined ? '–' : number(value);
}

/** `yes` or `no`. */
export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

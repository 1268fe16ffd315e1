import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Screen } from './screen.ts';
import type { Paint } from './style.ts';

/** An empty table without lines, whose columns are as wide as what is pushed into it. */
export function openTable(head: string[], paint: Paint): Table.Table {
  return new Table(optionsOf(head, paint));
}

/** A row of a table, or a heading over the rows that follow. */
export type Row = readonly string[] | string;

/** A table whose widest columns are wrapped until it fits the screen. */
export function fittedTable(head: string[], rows: readonly Row[], { paint, width }: Screen): string {
  const widths = fitted(naturalWidths(head, rows), width - head.length * (padding + gap));
  const wrapped = { colWidths: widths.map((one) => one + padding), wordWrap: true };
  const table = new Table({ ...optionsOf(head, paint), ...(width < Infinity && wrapped) });
  for (const row of rows) {
    table.push(typeof row === 'string' ? [{ colSpan: head.length, content: paint('bold', row) }] : [...row]);
  }
  return table.toString();
}

/** Columns of the screen that a table takes if nothing is wrapped. */
export function naturalWidth(head: readonly string[], rows: readonly Row[]): number {
  return sum(naturalWidths(head, rows)) + head.length * (padding + gap);
}

function naturalWidths(head: readonly string[], rows: readonly Row[]): number[] {
  const whole = rows.filter((row) => typeof row !== 'string');
  return head.map((word, i) =>
    Math.max(...[word, ...whole.map((row) => row[i] ?? '')].map((text) => stringWidth(text))),
  );
}

/** Columns of space between two cells, beside their padding. */
const gap = 1;

/** Columns of space around the text of a cell. */
const padding = 2;

/** The narrowest that a column is wrapped to. */
const narrowest = 12;

/** The widths of columns, of which the widest give way until their sum fits. */
function fitted(columns: readonly number[], room: number): number[] {
  const widths = [...columns];
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function optionsOf(head: string[], paint: Paint) {
  return {
    head: head.map((word) => paint('bold', word)),
    style: { head: [], border: [], compact: true },
    chars: borderless,
  };
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

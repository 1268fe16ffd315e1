import type { FunctionBytes } from '../evidence/heap-profiles.ts';
import { shortName } from './function-name.ts';

const heads = ['flat bytes', 'flat %', 'cum bytes', 'cum %'];

/**
 * Rows as lines of a terminal: what a function allocated itself, and with all that it called, in bytes and per cent.
 *
 * @param whole bytes that are 100 %
 */
export function topTable(rows: readonly FunctionBytes[], whole: number): string[] {
  const percent = (bytes: number) => `${((100 * bytes) / whole).toFixed(1)} %`;
  const cells = rows.map(({ flat, cum }) => [bytesText(flat), percent(flat), bytesText(cum), percent(cum)]);
  const names = rows.map(({ function: name }) => shortName(name));
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[], name: string) =>
    `${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}  ${name}`;
  return [line(heads, 'function'), ...cells.map((row, index) => line(row, names[index] ?? ''))];
}

function bytesText(bytes: number): string {
  return Math.round(bytes).toLocaleString('en');
}

/** `137.9 MB`, in millions of bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

import wrapAnsi from 'wrap-ansi';
import { paintFor, plain, type Paint } from './style.ts';

/** Where a report is read: its colours, and how wide a line may be. */
export interface Screen {
  paint: Paint;
  /** Columns; Infinity where lines stay whole, as in a file. */
  width: number;
}

/** A file: no colour, and whole lines, which `grep` finds. */
export const wholeLines: Screen = { paint: plain, width: Infinity };

/** The screen of a stream: as wide as its terminal, or as `COLUMNS` says; a pipe has whole lines. */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  const width = (stream.isTTY && stream.columns) || Number(process.env['COLUMNS']) || Infinity;
  return { paint: paintFor(stream), width };
}

/** Columns by which the rest of a wrapped line is moved to the right of its beginning. */
const hanging = 2;

/**
 * Breaks lines between words, and words that are wider than the screen; the rest of a line begins below its text.
 *
 * @param text without colours, which would lose their ends
 */
export function wrap(text: string, width: number): string {
  if (width === Infinity) return text;
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const rest = `\n${indent}${' '.repeat(hanging)}`;
  const room = Math.max(1, width - indent.length - hanging);
  return indent + wrapAnsi(line.slice(indent.length), room, { hard: true }).replaceAll('\n', rest);
}

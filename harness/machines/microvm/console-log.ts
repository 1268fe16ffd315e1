import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { lastLines } from '../../errors.ts';

/** Bytes and lines at the end of a console that are shown as evidence. */
const tail = { bytes: 64 << 10, lines: 15 };

/** How a kernel begins to say that it can't go on, and how many lines of that are shown. */
const fatal = /Kernel panic - not syncing|^\[[^\]]*\] (?:BUG|Oops|general protection fault)\b|: invalid opcode/;
const context = { before: 3, after: 10 };

/** Bytes that a console has so far; 0 before QEMU has made it. */
export function consoleBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * What a console says from an offset on, which is where one boot begins: its last lines, and before them those around
 * the first that tells of a kernel's end. Without what only a terminal understands.
 */
export function consoleTail(file: string, from: number): string {
  const size = consoleBytes(file);
  const begin = Math.max(from, size - tail.bytes);
  if (size <= begin) return '(the console is empty)';
  const bytes = Buffer.alloc(size - begin);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, bytes, 0, bytes.length, begin);
  } finally {
    closeSync(handle);
  }
  const text = bytes.toString().replaceAll('\r', '').replaceAll(controlSequence, '');
  const lines = lastLines(text, Infinity).split('\n');
  const end = lines.slice(-tail.lines);
  const first = lines.findIndex((line) => fatal.test(line));
  if (first === -1 || lines.length - first <= tail.lines) return end.join('\n');
  const last = Math.min(first + context.after, lines.length - tail.lines);
  return [...lines.slice(Math.max(0, first - context.before), last), '…', ...end].join('\n');
}

/** Escape sequences, which SeaBIOS begins every console with. */
const controlSequence = new RegExp(`${String.fromCharCode(27)}(?:\\[[0-9;?=]*[A-Za-z]|c)`, 'g');

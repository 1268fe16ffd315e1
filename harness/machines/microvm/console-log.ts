import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { lastLines } from '../../core/errors.ts';
import type { KernelTrouble } from '../../machine/contract.ts';

/** Bytes and lines at the end of a console that are shown as evidence. */
const tail = { bytes: 64 << 10, lines: 15 };

/** The first line of a kernel's report that it cannot go on, and the number of lines of it that are shown. */
const fatal = /Kernel panic - not syncing|^\[[^\]]*\] (?:BUG|Oops|general protection fault)\b|: invalid opcode/;
const context = { before: 3, after: 10 };

/** Bytes that a console has so far; 0 before QEMU has made it. */
export function consoleBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * The text of a console from an offset on, which is where one boot begins: its last lines, and before them those around
 * the first that reports a kernel's end. Control sequences for terminals are removed.
 */
export function consoleTail(file: string, from: number): string {
  const lines = consoleLines(file, from);
  return lines.length === 0 ? '(the console is empty)' : shorten(lines, (line) => fatal.test(line));
}

/**
 * Whether a console reports, from an offset on, that its kernel panicked, ran out of memory, or continued after an error of its own; and the lines that show it.
 * The first such line counts, but that memory ran out counts before all: panics follow from it.
 */
export function consoleTrouble(file: string, from: number): KernelTrouble | undefined {
  const lines = consoleLines(file, from);
  for (const { kind, pattern } of troubles) {
    const line = lines.find((one) => pattern.test(one));
    // What came before a panic says where it was, e.g. in which function.
    if (line !== undefined) return { kind, line, console: shorten(lines, (one) => one === line || isOops(one)) };
  }
  return undefined;
}

const oops = /\bBUG: (?:unable to handle|kernel NULL pointer)|kernel BUG at |\bOops: |general protection fault/;

function isOops(line: string): boolean {
  return oops.test(line);
}

/** The messages of kernels since 3.10. A suspected lockup may be caused by a busy host, so it is not among them. */
const troubles: readonly { kind: KernelTrouble['kind']; pattern: RegExp }[] = [
  {
    kind: 'out of memory',
    pattern: /Out of memory(?: and no killable processes|: Kill)|System is deadlocked on memory/,
  },
  { kind: 'panic', pattern: /Kernel panic - not syncing/ },
  { kind: 'oops', pattern: oops },
];

/** The lines of a console from an offset on, at most {@link tail.bytes} of them; none before QEMU has made it. */
function consoleLines(file: string, from: number): string[] {
  const size = consoleBytes(file);
  const begin = Math.max(from, size - tail.bytes);
  if (size <= begin) return [];
  const bytes = Buffer.alloc(size - begin);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, bytes, 0, bytes.length, begin);
  } finally {
    closeSync(handle);
  }
  const text = bytes.toString().replaceAll('\r', '').replaceAll(controlSequence, '');
  return lastLines(text, Infinity).split('\n');
}

/** The last lines, and before them those around the first that gives the reason. */
function shorten(lines: readonly string[], isReason: (line: string) => boolean): string {
  const end = lines.slice(-tail.lines);
  const first = lines.findIndex(isReason);
  if (first === -1 || lines.length - first <= tail.lines) return end.join('\n');
  const last = Math.min(first + context.after, lines.length - tail.lines);
  return [...lines.slice(Math.max(0, first - context.before), last), '…', ...end].join('\n');
}

/** Escape sequences, which SeaBIOS begins every console with. */
const controlSequence = new RegExp(`${String.fromCharCode(27)}(?:\\[[0-9;?=]*[A-Za-z]|c)`, 'g');

import { randomInt } from 'node:crypto';
import { printable } from '../core/printable.ts';

/**
 * A number that only this process knows. The lab's own colours carry it, in a sequence that is never sent to a terminal. This distinguishes them from the colours of a
 * log line, a version or an argument, which are written out. The sequence has the form of an operating system command (ECMA-48, 8.3.89), so that it counts
 * for nothing where a table measures the width of its text, and is none of those that a table opens and closes again by itself.
 */
const secret = `${randomInt(1e9, 1e12)}`;

const escape = String.fromCharCode(27);
const bell = String.fromCharCode(7);
const marked = new RegExp(`${escape}\\]${secret};(\\d{1,3})${bell}`, 'g');
const plain = new RegExp(`${escape}\\[(\\d{1,3})m`, 'g');

/** Marks a sequence of the lab's own, that begins or ends a colour. */
export function ownColour(sequence: string): string {
  return sequence.replaceAll(plain, `${escape}]${secret};$1${bell}`);
}

/** Text as it may be sent to a terminal: with the lab's own colours, and without anything else that a terminal would obey. */
export function forTerminal(text: string): string {
  let shown = '';
  let from = 0;
  for (const found of text.matchAll(marked)) {
    shown += `${printable(text.slice(from, found.index))}${escape}[${found[1]}m`;
    from = found.index + found[0].length;
  }
  return shown + printable(text.slice(from));
}

/** The unfiltered writers of guarded streams. */
const unguarded = new WeakMap<NodeJS.WriteStream, NodeJS.WriteStream>();

/** Filters all that is written to these streams from now on, by any code. */
export function guardTerminal(...streams: NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    if (unguarded.has(stream)) continue;
    const write = stream.write.bind(stream);
    unguarded.set(
      stream,
      new Proxy(stream, {
        get: (target, name) => (name === 'write' ? write : Reflect.get(target, name, target)),
      }),
    );
    const guarded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      const done = rest.find((one): one is () => void => typeof one === 'function');
      return write(forTerminal(text), done);
    };
    stream.write = guarded;
  }
}

/** The stream of a live view, which moves the cursor itself: what it writes has gone through {@link forTerminal}. */
export function unguardedStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return unguarded.get(stream) ?? stream;
}

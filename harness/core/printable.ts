/**
 * Characters that a reader does not see and a terminal or a browser obeys: control characters of C0 and C1 (ECMA-48) but for the tabulator
 * and the end of a line, those that change the direction of what follows (Unicode's bidirectional algorithm, 2.1 to 2.3), separators of
 * lines, tags, and code points that are no characters.
 */
const deceptive =
  // oxlint-disable-next-line no-control-regex -- the expression searches for control characters
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]/gu;

/** Text of foreign origin as it can be printed: what a terminal or a browser would obey is written out, e.g. `⟨U+001B⟩`. */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(deceptive, written);
}

/** As {@link printable}, in one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/[\t\n]/g, written);
}

/** JSON whose strings have such characters as escapes: it stays the same data, and can be printed. */
export function printableJson(value: unknown): string {
  const escape = (one: string) => one.replaceAll(/[^]/g, (unit) => `\\u${hex(unit.charCodeAt(0))}`);
  return JSON.stringify(value, null, 2).replaceAll(deceptive, escape);
}

/** Most lines of evidence that are printed, and most characters of each: a log may have a line of megabytes. */
const [mostLines, mostCharacters] = [40, 500];

/** The last lines of an evidence, each of a length that can be read; what was left out is said. */
export function boundedEvidence(text: string): string {
  const lines = text.split('\n');
  const left = lines.length - mostLines;
  const shown = lines.slice(-mostLines).map(boundedLine);
  return [...(left > 0 ? [`… ${left} more lines before these`] : []), ...shown].join('\n');
}

/** A line of a length that can be read. */
export function boundedLine(line: string): string {
  if (line.length <= mostCharacters) return line;
  return `${line.slice(0, mostCharacters).toWellFormed()} … (${line.length} characters)`;
}

function written(character: string): string {
  return `⟨U+${hex(character.codePointAt(0) ?? 0)}⟩`;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

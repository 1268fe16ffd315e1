/** A code block whose fence is longer than any in it; nothing for no lines. */
export function block(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const text = lines.join('\n');
  const longestFence = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longestFence + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Text that Markdown is not to take for markup. */
export function escaped(text: string): string {
  return text.replaceAll(/([\\`*_{}[\]<>#|])/g, '\\$1');
}

/** Text in a cell of a table. */
export function cellText(text: string): string {
  return escaped(text.replaceAll(/\s+/g, ' '));
}

/** A table of cells that are Markdown already. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

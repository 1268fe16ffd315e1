import { html, trusted } from '../../harness/report/markup/html.ts';

/** Columns of the picture: longer lines go on in the next one. */
const columns = 112;

/** Pixels of a character of a fixed-width font of 13 px (0.6 em), and of a line. */
const [characterWidth, lineHeight, margin] = [7.8, 18, 16];

/** Colours of SGR codes (ECMA-48) that the lab prints, on a dark ground; contrast with it is 4.5 : 1 or more (WCAG 2). */
const styles: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold"',
  '2': 'fill="#9da7b3"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#7ee787"',
  '33': 'fill="#e3b341"',
};
const ends = new Set(['0', '22', '39']);

/** A part of a line in one style. */
interface Run {
  text: string;
  style: string;
}

/**
 * Draws what a command printed as an SVG of a terminal.
 *
 * @param command as it was typed
 * @param output with the escape sequences of its colours; others are left out
 * @param label what can be seen, for people who cannot
 */
export function terminalPicture(command: string, output: string, label: string): string {
  const lines = [[{ text: `$ ${command}`, style: styles['1'] ?? '' }], [], ...linesOf(output)];
  const [width, height] = [Math.ceil(columns * characterWidth) + 2 * margin, lines.length * lineHeight + 2 * margin];
  const rows = lines.map((runs, index) => rowOf(runs, margin + (index + 0.75) * lineHeight));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${html`${label}`.text}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">',
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function rowOf(runs: readonly Run[], y: number): string {
  let column = 0;
  const parts = runs.map(({ text, style }) => {
    const x = margin + column * characterWidth;
    column += text.length;
    if (text.trim() === '') return '';
    const length = (text.length * characterWidth).toFixed(1);
    const attributes = `x="${x.toFixed(1)}" textLength="${length}" ${style}`.trimEnd();
    // Blanks beside each other count as one in SVG, and browsers differ in what turns that off.
    return html`<tspan ${trusted(attributes)}>${text.replaceAll(' ', '\u00A0')}</tspan>`.text;
  });
  return parts.join('') && `<text y="${y.toFixed(1)}">${parts.join('')}</text>`;
}

function linesOf(output: string): Run[][] {
  return output
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrapped(runsOf(line.trimEnd())));
}

function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let style = '';
  // The text between escape sequences, and the number of each.
  // oxlint-disable-next-line no-control-regex -- the colours of a terminal are sequences that begin with ESC, and nothing else finds them
  for (const [index, part] of line.split(/\u001B\[([\d;]*)m/).entries()) {
    if (index % 2 === 1) style = ends.has(part) ? '' : (styles[part] ?? style);
    else if (part !== '') runs.push({ text: part, style });
  }
  return runs;
}

/** Breaks a line at blanks; what goes on is indented. */
function wrapped(runs: readonly Run[]): Run[][] {
  const text = runs.map((run) => run.text).join('');
  if (text.length <= columns) return [[...runs]];
  const style = runs[0]?.style ?? '';
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const blank = rest.lastIndexOf(' ', columns);
    const at = blank > columns / 2 ? blank : columns;
    lines.push(rest.slice(0, at));
    rest = `    ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest].map((one) => [{ text: one, style }]);
}

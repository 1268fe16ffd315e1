import { boundedLine } from '../../core/printable.ts';
import { html, type Html } from './html.ts';

/** Lines of a block that are shown, the last: figures have a dozen, and the log of a failure some 50. */
const mostLines = 2000;

function boundedBlock(lines: readonly string[]): string {
  const left = lines.length - mostLines;
  const shown = lines.slice(-mostLines).map(boundedLine);
  return [...(left > 0 ? [`… ${left} more lines before these`] : []), ...shown].join('\n');
}

/** Lines as they are, in a box that scrolls by itself. */
export function lineBox(what: string, lines: readonly string[]): Html {
  return html`<pre tabindex="0" role="region" aria-label="${what}">${boundedBlock(lines)}</pre>`;
}

/** The same, folded up. */
export function block(heading: string, lines: readonly string[], cell: string): Html {
  return folded(heading, lineBox(`${heading}: ${cell}`, lines));
}

/** Something that a reader unfolds. */
export function folded(heading: string, content: Html): Html {
  return html`<details>
    <summary>${heading}</summary>
    ${content}
  </details> `;
}

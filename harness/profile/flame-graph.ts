import { packageOf, shortName } from './function-name.ts';
import type { FlameNode } from './flame-tree.ts';

/** Pixels: the picture's width, a row, what is left out, a letter of the font, and the space around. */
const [width, rowHeight, leastWidth, letterWidth, margin] = [1200, 18, 0.5, 6.7, 10];
const headingHeight = 40;

/** Frames are pastel with dark letters in either scheme; what lies outside of them follows the reader's. */
const style = `
  svg { background: #fff; font: 11px ui-monospace, Menlo, Consolas, monospace; }
  .heading { font: 15px system-ui, sans-serif; fill: #222; }
  .frame rect { stroke: #fff; stroke-width: .5; }
  .frame text { fill: #111; pointer-events: none; }
  .frame:hover rect { stroke: #111; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    svg { background: #16181d; }
    .heading { fill: #e6e6e6; }
    .frame rect { stroke: #16181d; }
    .frame:hover rect { stroke: #fff; }
  }`;

/**
 * Draws a tree as a flame graph: an SVG without script, the outermost function at the bottom, as wide as its bytes. Frames
 * narrower than half a pixel are left out.
 *
 * @param heading its title, e.g. `heap in use after GC, 137.9 MB, dockerd 20.10.24`
 */
export function flameGraph(heading: string, root: FlameNode): string {
  const scale = root.bytes > 0 ? (width - 2 * margin) / root.bytes : 0;
  const rows = depthOf(root, scale);
  const height = headingHeight + rows * rowHeight + margin;
  const frames = draw(root, { x: margin, y: height - margin - rowHeight, scale, whole: root.bytes });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escape(heading)}</title>
<style>${style}
</style>
<text class="heading" x="${margin}" y="25">${escape(heading)}</text>
${frames.join('\n')}
</svg>
`;
}

interface Place {
  x: number;
  y: number;
  /** Pixels a byte. */
  scale: number;
  /** Bytes that are 100 %. */
  whole: number;
}

function draw(node: FlameNode, place: Place): string[] {
  const wide = node.bytes * place.scale;
  if (wide < leastWidth) return [];
  const share = ((100 * node.bytes) / place.whole).toFixed(1);
  const label = labelOf(shortName(node.name), wide);
  const tip = `${node.name}: ${Math.round(node.bytes).toLocaleString('en')} bytes, ${share} %`;
  const letters = label && `<text x="${round(place.x + 3)}" y="${place.y + 13}">${escape(label)}</text>`;
  const box = `<rect x="${round(place.x)}" y="${place.y}" width="${round(wide)}" height="${rowHeight - 1}" fill="${colourOf(node.name)}"/>`;
  let { x } = place;
  const above = node.children.flatMap((child) => {
    const drawn = draw(child, { ...place, x, y: place.y - rowHeight });
    x += child.bytes * place.scale;
    return drawn;
  });
  return [`<g class="frame"><title>${escape(tip)}</title>${box}${letters}</g>`, ...above];
}

/** Rows that have a frame wide enough to be drawn. */
function depthOf({ bytes, children }: FlameNode, scale: number): number {
  if (bytes * scale < leastWidth) return 0;
  return 1 + children.reduce((deepest, child) => Math.max(deepest, depthOf(child, scale)), 0);
}

/** As much of a name as fits; nothing where that would be less than three letters. */
function labelOf(name: string, wide: number): string {
  const letters = Math.floor((wide - 6) / letterWidth);
  if (letters < 3) return '';
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
}

/** A colour for each package, the same in every picture: its hue is a hash of the name (FNV-1a, 32 bits). */
function colourOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(packageOf(name))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `hsl(${hash % 360}, 60%, ${72 + (hash % 3) * 4}%)`;
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

/** XML has no way to write most control characters, escaped or not (XML 1.0, 2.2). */
// oxlint-disable-next-line no-control-regex -- the expression searches for control characters
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

function escape(text: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(unwritable, '\uFFFD').replaceAll(/[<>&"']/g, (character) => entities[character] ?? '');
}

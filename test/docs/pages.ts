import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the tree. */
export const root = path.resolve(import.meta.dirname, '../..');

/** A page of the documentation. */
export interface Page {
  /** Below the root. */
  file: string;
  text: string;
}

/** A block between fences. */
export interface Fence {
  file: string;
  /** Of its opening fence, from 1. */
  line: number;
  language: string;
  /** The words after the language: `run`, `no-run`, `reason=…`. */
  marks: Readonly<Record<string, string>>;
  text: string;
}

const beyondDocs = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'BENCHMARKS.md',
  'results/README.md',
];

/** All pages: those of `docs/`, and those that stand where readers look for them. */
export function readPages(): Page[] {
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('.'))
    .map((file) => path.join('docs', file));
  return [...beyondDocs, ...docs.toSorted()].map((file) => ({
    file,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** The blocks of a page. */
export function fencesOf({ file, text }: Page): Fence[] {
  const fences: Fence[] = [];
  let open: (Fence & { lines: string[] }) | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const info = /^```(.*)$/.exec(line)?.[1];
    if (info === undefined) open?.lines.push(line);
    else if (open) {
      fences.push({ ...open, text: open.lines.join('\n') });
      open = undefined;
    } else {
      const [language = ''] = info.split(' ');
      open = { file, line: index + 1, language, marks: marksOf(info.slice(language.length)), text: '', lines: [] };
    }
  }
  return fences;
}

function marksOf(words: string): Record<string, string> {
  const found = words.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g);
  return Object.fromEntries([...found].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']));
}

/** A page without its blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** The anchor of a heading, as VitePress and GitHub make it of plain words. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(/ +/g, '-');
}

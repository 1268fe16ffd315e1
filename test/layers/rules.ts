import path from 'node:path';
import type { Import } from './imports.ts';

/** The layer of a file: the longest of the folders that it is below. */
function layerOf(file: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
}

/** A line for each import that goes to a later layer, or from or to a file of none. */
export function wrongEdges(imports: readonly Import[], folders: readonly string[]): string[] {
  return imports.flatMap(({ from, to, line }) => {
    const [own, other] = [layerOf(from, folders), layerOf(to, folders)];
    if (own === undefined) return [`${from} is in no layer: add its folder to test/layers/layers.ts`];
    if (other === undefined)
      return [`${from}:${line} imports ${to}, which is in no layer: add its folder to test/layers/layers.ts`];
    if (folders.indexOf(other) <= folders.indexOf(own)) return [];
    return [
      `${from}:${line} imports ${to}: ${own} is a layer below ${other}; move the imported part down, or this file up`,
    ];
  });
}

/** A line for each set of folders that import each other around, with an import of each edge. */
export function cycles(imports: readonly Import[]): string[] {
  const edges = new Map<string, Map<string, Import>>();
  for (const one of imports) {
    const [a, b] = [path.dirname(one.from), path.dirname(one.to)];
    if (a === b) continue;
    const targets = edges.get(a) ?? new Map<string, Import>();
    if (!targets.has(b)) targets.set(b, one);
    edges.set(a, targets);
  }
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of edges.get(at)?.keys() ?? []) {
        if (next === to) return true;
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    }
    return false;
  };
  return [...edges].flatMap(([a, targets]) =>
    [...targets].flatMap(([b, { from, to, line }]) =>
      reaches(b, a)
        ? [`${from}:${line} imports ${to}: ${a} and ${b} import each other around; cut one of these imports`]
        : [],
    ),
  );
}

/** The layers as a table of Markdown, highest first, with the layers that each imports from. */
export function pictureOf(imports: readonly Import[], layers: readonly { folder: string; about: string }[]): string {
  const folders = layers.map(({ folder }) => folder);
  const rows = layers.toReversed().map(({ folder, about }) => {
    const used = new Set(
      imports.filter(({ from }) => layerOf(from, folders) === folder).map(({ to }) => layerOf(to, folders) ?? ''),
    );
    used.delete(folder);
    const names = folders.filter((one) => used.has(one)).map((one) => path.basename(one));
    return `| \`${folder}/\` | ${about} | ${names.join(' ')} |`;
  });
  return ['| folder | what is in it | imports |', '| --- | --- | --- |', ...rows].join('\n');
}

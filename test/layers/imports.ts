import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'node:fs/promises';
import { parseSync } from 'oxc-parser';

/** One file of the lab imports another, for a type or for more. */
export interface Import {
  /** Relative to the project. */
  from: string;
  to: string;
  line: number;
}

/** Tests, their data and what they share may import from everywhere. */
const isTest = /(?:\.test|fixtures)\.ts$|\/testing\//;

/** Every import of the lab's own files by its own files, without tests. */
export async function readImports(root: string): Promise<Import[]> {
  const imports: Import[] = [];
  for await (const file of glob('{harness,scenarios,vms}/**/*.{ts,js}', { cwd: root })) {
    if (isTest.test(file)) continue;
    const text = await readFile(path.join(root, file), 'utf8');
    imports.push(...importsOf(file, text));
  }
  return imports.toSorted((a, b) => a.from.localeCompare(b.from) || a.line - b.line);
}

/** The relative imports and exports of one file. */
export function importsOf(file: string, text: string): Import[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const requests = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => ({ value: text.slice(start + 1, end - 1), start })),
  ];
  return requests
    .filter(({ value }) => value.startsWith('.'))
    .map(({ value, start }) => ({
      from: file,
      to: path.normalize(path.join(path.dirname(file), value)),
      line: text.slice(0, start).split('\n').length,
    }));
}

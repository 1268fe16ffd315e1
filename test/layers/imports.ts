import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'node:fs/promises';
import { parseSync } from 'oxc-parser';

/** A file of the lab imports something, for a type or for more. */
export interface Import {
  /** Relative to the project. */
  from: string;
  /** Another file, relative to the project; of a package its specifier, e.g. `node:fs`. */
  to: string;
  line: number;
}

/** Tests, their data and what they share may import from everywhere. */
const isTest = /(?:\.test|fixtures)\.ts$|\/testing\//;

/** The imports of the lab's files, without tests: of its own files, and of packages. */
interface Imports {
  own: Import[];
  packages: Import[];
}

/** Reads every import of the lab's files, without tests. */
export async function readImports(root: string): Promise<Imports> {
  const all: Imports = { own: [], packages: [] };
  for await (const file of glob('{harness,scenarios,vms}/**/*.{ts,js}', { cwd: root })) {
    if (isTest.test(file)) continue;
    const text = await readFile(path.join(root, file), 'utf8');
    const { own, packages } = importsOf(file, text);
    all.own.push(...own);
    all.packages.push(...packages);
  }
  const inOrder = (imports: Import[]) => imports.toSorted((a, b) => a.from.localeCompare(b.from) || a.line - b.line);
  return { own: inOrder(all.own), packages: inOrder(all.packages) };
}

/** The imports and exports from elsewhere of one file. */
export function importsOf(file: string, text: string): Imports {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const requests = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => ({ value: text.slice(start + 1, end - 1), start })),
  ];
  const imports = requests.map(({ value, start }) => ({
    from: file,
    to: value.startsWith('.') ? path.normalize(path.join(path.dirname(file), value)) : value,
    isOwn: value.startsWith('.'),
    line: text.slice(0, start).split('\n').length,
  }));
  const pick = (isOwn: boolean) =>
    imports.filter((one) => one.isOwn === isOwn).map(({ from, to, line }) => ({ from, to, line }));
  return { own: pick(true), packages: pick(false) };
}

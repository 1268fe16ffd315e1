import type { Import } from './imports.ts';
import type { PureFiles } from './layers.ts';

/**
 * A line for each import by which a pure file reaches impure code, with the shortest chain to it. The import is named once for all pure files of
 * one kind that reach it.
 *
 * @param imports of the lab's own files and of packages
 * @param impure folders of the lab, and packages
 */
export function impureChains(
  imports: readonly Import[],
  pureFiles: readonly PureFiles[],
  impure: readonly string[],
): string[] {
  const byFile = Map.groupBy(imports, ({ from }) => from);
  const isImpure = (to: string) => impure.some((one) => to === one || to.startsWith(`${one}/`));
  return pureFiles.flatMap(({ files, what }) => {
    const starts = [...byFile.keys()].filter((file) => files.test(file));
    const found = starts.flatMap((start) => chainsFrom(start, byFile, isImpure));
    const byImport = Map.groupBy(found, (chain) => placeOf(chain.at(-1)));
    return [...byImport].map(([place, [chain = [], ...others]]) => {
      const [first, last] = [chain[0]?.from ?? '', chain.at(-1)];
      const more = others.length > 0 ? `, as ${others.length} more of its kind` : '';
      const steps = [...chain.map((one) => placeOf(one)), last?.to].join(' → ');
      const remedy =
        chain.length > 1
          ? `move what ${first} needs into a file without the import ${place}`
          : `cut the import ${place}`;
      return `${first} reaches ${last?.to}${more}, and ${what} has to be pure: ${steps}; ${remedy}`;
    });
  });
}

/** The shortest chain to each import of impure code; impure code is not looked into. */
function chainsFrom(
  start: string,
  byFile: ReadonlyMap<string, readonly Import[]>,
  isImpure: (to: string) => boolean,
): Import[][] {
  const chains: Import[][] = [];
  const seen = new Set([start]);
  let open: { file: string; chain: Import[] }[] = [{ file: start, chain: [] }];
  while (open.length > 0) {
    const next: typeof open = [];
    for (const { file, chain } of open) {
      for (const one of byFile.get(file) ?? []) {
        const longer = [...chain, one];
        if (isImpure(one.to)) chains.push(longer);
        else if (!seen.has(one.to)) next.push({ file: one.to, chain: longer });
        seen.add(one.to);
      }
    }
    open = next;
  }
  return chains;
}

function placeOf(one: Import | undefined): string {
  return one ? `${one.from}:${one.line}` : '';
}

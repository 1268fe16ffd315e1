import { linesOf } from './lines.ts';

/** Bytes of a page (x86-64). */
const page = 4096;

/** Sizes of `slabtop`: `20K`, `1.5M`. */
const suffixes: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** A slab cache and its size. */
interface Cache {
  name: string;
  bytes: number;
}

/** Reads `/proc/slabinfo` (slabinfo(5)), version 2, largest first. @throws {LineError} */
export function readSlabinfo(file: string, text: string): Cache[] {
  return linesOf(file, text)
    .filter(({ text: line }) => !/^\s*(?:slabinfo - version|#)/.test(line))
    .map(({ text: line, fail }) => {
      const row = /^\s*(\S+)\s+\d+\s+\d+\s+\d+\s+\d+\s+(\d+)\s+: tunables .*: slabdata\s+\d+\s+(\d+)\s+\d+\s*$/.exec(
        line,
      );
      if (!row) return fail('NAME and 5 numbers : tunables 3 numbers : slabdata 3 numbers');
      return { name: row[1] ?? '', bytes: Number(row[2]) * Number(row[3]) * page };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** Reads the rows of `slabtop`, largest first. @throws {LineError} */
export function readSlabtop(file: string, text: string): Cache[] {
  return linesOf(file, text)
    .filter(({ text: line }) => !/^\s*(?:Active \/|Minimum \/|OBJS\s)/.test(line))
    .map(({ text: line, fail }) => {
      const row = /^\s*\d+\s+\d+\s+\d+%\s+[\d.]+[KMG]?\s+\d+\s+\d+\s+([\d.]+)([KMG]?)\s+(\S+)\s*$/.exec(line);
      if (!row) return fail('OBJS ACTIVE USE OBJ-SIZE SLABS OBJ/SLAB CACHE-SIZE NAME');
      return { name: row[3] ?? '', bytes: Math.round(Number(row[1]) * (suffixes[row[2] ?? ''] ?? 1)) };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

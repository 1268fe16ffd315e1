import { createHash } from 'node:crypto';
import { UsageError } from './errors.ts';
import { didYouMean, named } from './did-you-mean.ts';

/** Something that varies in a scenario, and its values. */
export interface Factor {
  name: string;
  levels: readonly string[];
  /** The levels that are tried when the user asks for none; all of them when left out. */
  defaults?: readonly string[];
  /** Other spellings of a level. */
  aliases?: Readonly<Record<string, string>>;
  /** The level of cells that were stored before the factor existed. */
  unrecorded?: string;
  /** Set while the levels are not known yet: any is taken then. */
  open?: boolean;
}

/** One combination of levels: plain data, serialisable and hashable. */
export type Cell = Readonly<Record<string, string>>;

/** Factor → the levels that a user named for it. */
export type Selection = ReadonlyMap<string, readonly string[]>;

/** `daemon=20.10.24/mountFlags=slave/liveRestore=on/starts=restarted` */
export function cellName(cell: Cell): string {
  return Object.entries(cell)
    .map(([factor, level]) => `${factor}=${level}`)
    .join('/');
}

/** The factors whose levels are given to a run: docker builds and kernels. */
export type Need = 'daemon' | 'kernel';

/** The name of the build or kernel of a cell; undefined when it needs none. */
export function neededLevel(cell: Cell, need: Need): string | undefined {
  return cell[need];
}

/**
 * As {@link neededLevel}, of a cell whose scenario needs it.
 *
 * @throws {RangeError} when the cell has none
 */
export function levelOf(cell: Cell, need: Need): string {
  const level = neededLevel(cell, need);
  if (level === undefined) throw new RangeError(`the cell ${cellName(cell)} has no factor ${need}`);
  return level;
}

/** The cells whose answers are known, and that every run has beside its own: the levels of their factor `control`. */
export const controls = ['planted leak', 'clean run'] as const;

/** The level of the factor `control` of a cell; undefined for a cell that is no control. */
export function controlOf(cell: Cell): string | undefined {
  return cell['control'];
}

/** The first 12 hex digits of a digest that names the cell, independent of the order of its factors. */
export function cellHash(cell: Cell): string {
  const sorted = Object.entries(cell).toSorted(([a], [b]) => a.localeCompare(b));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 12);
}

/**
 * Reads `k=v,…`: a pair adds a level to a factor, and a word without `=` another level of the factor before it.
 *
 * @throws {UsageError} for a factor or a level that does not exist.
 */
export function parseSelection(texts: readonly string[], factors: readonly Factor[]): Selection {
  const selection = new Map<string, string[]>();
  for (const text of texts) {
    let factor: Factor | undefined;
    for (const word of text.split(',').filter(Boolean)) {
      const [, key, value = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(word) ?? [];
      if (key !== undefined) factor = named('factor', key, factors);
      if (!factor) throw new UsageError(`"${word}" names no factor: write FACTOR=LEVEL, e.g. mountFlags=slave.`);
      const level = Object.entries(factor.aliases ?? {}).find(([alias]) => alias === value)?.[1] ?? value;
      if (!factor.open && !factor.levels.includes(level)) {
        throw new UsageError(`${factor.name} has no level "${value}".${didYouMean(value, factor.levels)}`);
      }
      selection.set(factor.name, [...(selection.get(factor.name) ?? []), level]);
    }
  }
  return selection;
}

/**
 * All combinations of the factors' levels that `only` asks for and `not` leaves.
 *
 * @throws {UsageError} when nothing is left.
 */
export function cellsOf(factors: readonly Factor[], only: Selection, not: Selection): Cell[] {
  let cells: Cell[] = [{}];
  for (const { name, levels, defaults = levels } of factors) {
    const wanted = only.get(name) ?? defaults;
    const chosen = levels.filter((level) => wanted.includes(level) && !not.get(name)?.includes(level));
    cells = cells.flatMap((cell) => chosen.map((level) => ({ ...cell, [name]: level })));
  }
  if (cells.length === 0) throw new UsageError('The selection is empty: --only and --not leave no cell.');
  return cells;
}

import type { Cell } from './cell.ts';

/** Levels by factor: all cells that have one of the levels of each factor. */
export type CellSet = Readonly<Record<string, readonly string[]>>;

/** Sets of a description that a reader takes in at once. */
const mostSets = 3;

/**
 * Describes some cells by the levels that they share and the others do not have: as one set, or as one set for each level of some factor.
 *
 * @param all the cells that were judged, each once
 * @param isChosen whether a cell is one of those to describe
 * @returns the fewest sets whose union is exactly the chosen cells; none when no cell or every cell is chosen; undefined when more than three would be needed
 */
export function distinguish(all: readonly Cell[], isChosen: (cell: Cell) => boolean): CellSet[] | undefined {
  const chosen = all.filter(isChosen);
  if (chosen.length === 0 || chosen.length === all.length) return [];
  const whole = setOf(all, chosen);
  if (whole) return [whole];
  const factors = [...new Set(all.flatMap((cell) => Object.keys(cell)))];
  const splits = factors.flatMap((factor) => splitBy(factor, all, chosen) ?? []);
  return splits.toSorted((a, b) => a.sets.length - b.sets.length)[0]?.sets;
}

/** One set for each level of a factor that a chosen cell has. */
function splitBy(factor: string, all: readonly Cell[], chosen: readonly Cell[]): { sets: CellSet[] } | undefined {
  const levels = levelsOf(factor, all).filter((level) => chosen.some((cell) => (cell[factor] ?? '') === level));
  if (levels.length > mostSets) return undefined;
  const sets = levels.map((level) => {
    const isOwn = (cell: Cell) => (cell[factor] ?? '') === level;
    const set = setOf(all.filter(isOwn), chosen.filter(isOwn));
    return set && { [factor]: [level], ...set };
  });
  return sets.every((set) => set !== undefined) ? { sets } : undefined;
}

/** The levels of the chosen cells, without the factors in which they have all there are; undefined when another cell has them, too. */
function setOf(all: readonly Cell[], chosen: readonly Cell[]): CellSet | undefined {
  const set: Record<string, string[]> = {};
  for (const factor of new Set(all.flatMap((cell) => Object.keys(cell)))) {
    const own = levelsOf(factor, chosen);
    if (own.length < levelsOf(factor, all).length) set[factor] = own;
  }
  const inSet = all.filter((cell) => Object.entries(set).every(([factor, own]) => own.includes(cell[factor] ?? '')));
  return inSet.length === chosen.length ? set : undefined;
}

function levelsOf(factor: string, cells: readonly Cell[]): string[] {
  return [...new Set(cells.map((cell) => cell[factor] ?? ''))];
}

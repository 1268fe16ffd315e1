import type { Cell } from '../core/cell.ts';

/**
 * Puts the cells that show a scenario's claim first: for each docker, kernel and so on, the cause beside its controls. The order of all others stays.
 *
 * @param first levels of the cause, then of each control
 */
export function causeFirst(cells: readonly Cell[], first: readonly Cell[] = []): Cell[] {
  const shown = cells.filter((cell) => rankOf(cell, first) >= 0);
  const groups = Map.groupBy(shown, (cell) => otherLevels(cell, first[rankOf(cell, first)] ?? {}));
  const ordered = [...groups.values()].flatMap((own) => own.toSorted((a, b) => rankOf(a, first) - rankOf(b, first)));
  return [...ordered, ...cells.filter((cell) => !shown.includes(cell))];
}

/** The first cause among ordered cells, and its first control; none when one of them was not selected. */
export function pairIn(cells: readonly Cell[], first: readonly Cell[]): Cell[] {
  const [cause, control] = cells;
  const isPair = cause && control && rankOf(cause, first) === 0 && rankOf(control, first) > 0;
  const isSame =
    isPair && otherLevels(cause, first[0] ?? {}) === otherLevels(control, first[rankOf(control, first)] ?? {});
  return isSame ? [cause, control] : [];
}

/**
 * Leaves all cells of one docker, and of the others the cause and its controls. That one is the first, or, where the first is a replica,
 * the last: 26.1.5 instead of 20.10.24, whose cells take 22 % more CPU (40.7 and 49.7 s for six of netns-restore, 2026-11-27).
 */
export function abridged(cells: readonly Cell[], daemons: readonly string[], first: readonly Cell[]): Cell[] {
  const whole = daemons[0]?.startsWith('replica') ? daemons.at(-1) : daemons[0];
  return cells.filter((cell) => cell['daemon'] === whole || rankOf(cell, first) >= 0);
}

/** The index of the first levels that a cell has; -1 for none. */
function rankOf(cell: Cell, first: readonly Cell[]): number {
  return first.findIndex((levels) => Object.entries(levels).every(([factor, level]) => cell[factor] === level));
}

function otherLevels(cell: Cell, levels: Cell): string {
  return JSON.stringify(Object.entries(cell).filter(([factor]) => !(factor in levels)));
}

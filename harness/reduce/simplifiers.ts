import type { Cell, Factor } from '../core/cell.ts';
import type { Size } from '../run/scenario.ts';

/** A cell and the sizes of its protocol: what is made simpler. */
export interface Experiment {
  cell: Cell;
  sizes: Readonly<Record<string, number>>;
}

/** A simpler experiment, and what was done to the one before. */
export interface Simplification {
  what: string;
  /** Its result, from any start: `containers=1`. */
  target: string;
  experiment: Experiment;
}

/** The values that may be changed: factors that have a default, and sizes. */
export interface Room {
  factors: readonly Factor[];
  sizes: Readonly<Record<string, Size>>;
}

/**
 * All that could be tried next, the boldest first: a size at its least, then half way there, then a factor back at its default. Each is simpler
 * than what it was made of, so that applying one after the other comes to an end. Pure.
 */
export function simplifications(experiment: Experiment, { factors, sizes }: Room): Simplification[] {
  return [...fewer(experiment, sizes), ...backToDefaults(experiment, factors)];
}

function fewer({ cell, sizes }: Experiment, room: Room['sizes']): Simplification[] {
  return Object.entries(room).flatMap(([name, { usual, least }]) => {
    const now = sizes[name] ?? usual;
    const half = Math.floor((now + least) / 2);
    return [...new Set([least, half])]
      .filter((size) => size < now)
      .map((size) => ({
        what: `${name} ${now} → ${size}`,
        target: `${name}=${size}`,
        experiment: { cell, sizes: { ...sizes, [name]: size } },
      }));
  });
}

function backToDefaults({ cell, sizes }: Experiment, factors: Room['factors']): Simplification[] {
  return factors.flatMap(({ name, levels, defaults = levels }) => {
    const [usual] = defaults;
    const now = cell[name];
    if (usual === undefined || now === undefined || now === usual) return [];
    return [
      {
        what: `${name} ${now} → ${usual}`,
        target: `${name}=${usual}`,
        experiment: { cell: { ...cell, [name]: usual }, sizes },
      },
    ];
  });
}

import type { Shape } from './shape.ts';

/** The value of a side that lacks a key of the other one. */
export const missing = 'missing';

interface BodyDifference {
  /** `.State.Pid`, or nothing for the whole. */
  path: string;
  real: string;
  replica: string;
}

/** Where two shapes differ, each as deep in them as it can be said. */
export function bodyDifferences(real: Shape | undefined, replica: Shape | undefined, path = ''): BodyDifference[] {
  const [one, other] = [JSON.stringify(real), JSON.stringify(replica)];
  if (one === other) return [];
  if (Array.isArray(real) && Array.isArray(replica) && real.length === replica.length) {
    return pairsOf(real, replica).flatMap(([item, match]) => bodyDifferences(item, match, `${path}[]`));
  }
  if (isObject(real) && isObject(replica)) {
    return [...new Set([...Object.keys(real), ...Object.keys(replica)])].flatMap((key) =>
      bodyDifferences(real[key], replica[key], `${path}.${key}`),
    );
  }
  return [{ path, real: one ?? missing, replica: other ?? missing }];
}

/** The items of two lists of one length side by side: those that are most alike first. */
function pairsOf(real: readonly Shape[], replica: readonly Shape[]): [Shape, Shape][] {
  const pairs = real.flatMap((one, row) =>
    replica.map((other, column) => ({ one, other, row, column, distance: bodyDifferences(one, other).length })),
  );
  const [rows, columns] = [new Set<number>(), new Set<number>()];
  const chosen: [Shape, Shape][] = [];
  for (const { one, other, row, column } of pairs.toSorted((a, b) => a.distance - b.distance)) {
    if (rows.has(row) || columns.has(column)) continue;
    rows.add(row);
    columns.add(column);
    chosen.push([one, other]);
  }
  return chosen;
}

function isObject(shape: Shape | undefined): shape is { [key: string]: Shape } {
  return typeof shape === 'object' && shape !== null && !Array.isArray(shape);
}

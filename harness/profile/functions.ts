import type { FunctionBytes } from '../evidence/heap-profiles.ts';
import type { Stack } from './stacks.ts';

/** Sums stacks up by function; a stack counts once for a function, however often that called itself. */
export function byFunction(stacks: readonly Stack[]): FunctionBytes[] {
  const sums = new Map<string, FunctionBytes>();
  const sumOf = (name: string) => {
    const sum = sums.get(name) ?? { function: name, flat: 0, cum: 0 };
    sums.set(name, sum);
    return sum;
  };
  for (const { frames, bytes } of stacks) {
    const [leaf] = frames;
    if (leaf !== undefined) sumOf(leaf).flat += bytes;
    for (const name of new Set(frames)) sumOf(name).cum += bytes;
  }
  return [...sums.values()];
}

/** The difference of each function between the first heap and the second. */
export function differenceOf(before: readonly FunctionBytes[], after: readonly FunctionBytes[]): FunctionBytes[] {
  const sums = new Map(after.map((one) => [one.function, { ...one }]));
  for (const { function: name, flat, cum } of before) {
    const { flat: flatAfter, cum: cumAfter } = sums.get(name) ?? { flat: 0, cum: 0 };
    sums.set(name, { function: name, flat: flatAfter - flat, cum: cumAfter - cum });
  }
  return [...sums.values()].filter(({ flat, cum }) => flat !== 0 || cum !== 0);
}

/** Rows of a table that allocate most themselves, and below them rows whose callees do. */
const [flatRows, cumRows] = [10, 5];

/** The share of the whole from which on a function is large by what it called. */
const largeShare = 0.25;

/**
 * The rows that lead to what is large: the ten that allocate most themselves; then, of the functions through which a
 * quarter of the whole or more was allocated, the five with the least. These are nearest to the cause: most that have more are the
 * server's own plumbing, which every request goes through.
 *
 * @param whole bytes of all functions together
 */
export function topRows(functions: readonly FunctionBytes[], whole: number): FunctionBytes[] {
  const order = (key: 'flat' | 'cum') => (a: FunctionBytes, b: FunctionBytes) =>
    b[key] - a[key] || (a.function < b.function ? -1 : 1);
  const flat = functions
    .filter((one) => one.flat > 0)
    .toSorted(order('flat'))
    .slice(0, flatRows);
  const shown = new Set(flat.map((one) => one.function));
  const large = functions.filter((one) => !shown.has(one.function) && one.cum > 0 && one.cum >= whole * largeShare);
  return [...flat, ...large.toSorted(order('cum')).slice(-cumRows)];
}

import { cellName, type Cell, type Factor } from './cell.ts';

type Named<F extends readonly Factor[], N extends string> = Extract<F[number], { name: N }>;

/** Reads the level of one factor; a factor that the scenario does not have, or a comparison with a level that it does not have, does not compile. */
type LevelReader<F extends readonly Factor[]> = <N extends F[number]['name']>(
  cell: Cell,
  name: N,
) => Named<F, N>['levels'][number];

/**
 * Makes the function that reads the levels of a scenario's cells, typed by its factors.
 *
 * The function throws {RangeError} when the cell does not have the factor, or has it with another level, as a cell of another version of the lab may.
 */
export function levelReader<const F extends readonly Factor[]>(factors: F): LevelReader<F> {
  return (cell, name) => {
    const factor = factors.find((one) => one.name === name);
    const text = cell[name] ?? factor?.unrecorded;
    if (text === undefined) throw new RangeError(`the cell ${cellName(cell)} has no factor ${name}`);
    const level = factor?.levels.find((one) => one === text);
    if (level === undefined) throw new RangeError(`the factor ${name} has no level ${text}`);
    return level;
  };
}

/** The names of a table of levels, in its order. */
export function levelNames<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table).filter((name): name is keyof T & string => name in table);
}

import { levelNames, levelReader } from '../../harness/core/levels.ts';

/** Cgroups at each reading, by the level of the factor `dose`; the last is more than there are ids. */
export const doses = {
  bounded: [0, 100, 200, 300, 400, 500],
  full: [0, 2000, 4000, 8000, 16_000, 32_000, 48_000, 66_000],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** The factors of memcg-ids. */
export const factors = [{ name: 'dose', levels: levelNames(doses), defaults: ['bounded'] }] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

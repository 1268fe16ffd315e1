import { levelNames, levelReader } from '../../harness/core/levels.ts';
import { workNames } from './works.ts';

/** The dose of a cell, by the level of the factor `dose`: its units, and whether the cell waits after it until dockerd has forgotten ended execs. */
export const doses = {
  /** As many as `--size execs=…` says. Some 65 ms each. */
  bounded: { waits: false },
  /** Two hours. */
  full: { units: 100_000, waits: true },
} as const satisfies Readonly<Record<string, { units?: number; waits: boolean }>>;

/** See {@link doses}. */
export type DoseName = keyof typeof doses;

/**
 * Steps from the first reading to the last. A reading takes 0.4 s. Few decide on the counts; with many, the smallest leak of a shim's memory that
 * 100,000 execs can show is 23 bytes each, with 16 it is 46.
 */
export function stepsOf(units: number): number {
  if (units < 500) return 8;
  return units < 20_000 ? 16 : 100;
}

/** The factors of exec-churn. */
export const factors = [
  { name: 'work', levels: workNames, defaults: ['execs', 'health-checks'] },
  { name: 'dose', levels: levelNames(doses), defaults: ['bounded'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

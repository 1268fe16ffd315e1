import { levelReader } from '../../harness/core/levels.ts';
import { remedies } from './actions.ts';

/** The factors of remedies. */
export const factors = [{ name: 'remedy', levels: remedies.map(({ name }) => name) }] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

import { levelReader } from '../../harness/core/levels.ts';
import { containerdFactor } from '../common/containerd-factor.ts';
import { remedies } from './remedies.ts';

/** The factors of remedies. */
export const factors = [{ name: 'remedy', levels: remedies.map(({ name }) => name) }, containerdFactor] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

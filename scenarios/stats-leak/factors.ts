import { clients } from '../../harness/clients/common/all-clients.ts';
import { levelReader } from '../../harness/core/levels.ts';

/** The factors of stats-leak. */
export const factors = [
  { name: 'client', levels: clients.map(({ name }) => name), defaults: ['agent-1.20', 'timeout-cancel'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

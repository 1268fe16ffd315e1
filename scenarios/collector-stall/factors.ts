import { behaviours } from '../../harness/clients/common/behaviour.ts';
import { levelReader } from '../../harness/core/levels.ts';

/** The factors of collector-stall. */
export const factors = [
  { name: 'collector', levels: ['stalled', 'healthy'] },
  {
    name: 'client',
    levels: behaviours
      .filter(({ call, place }) => call === 'non-stream' && place !== 'container')
      .map(({ name }) => name),
    defaults: ['agent-1.20', 'timeout-cancel'],
  },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

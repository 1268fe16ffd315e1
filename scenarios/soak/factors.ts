import { behaviours } from '../../harness/clients/common/behaviour.ts';
import { levelReader } from '../../harness/core/levels.ts';

/** The factors of soak: clients of the engine, which keep a schedule; a real client is told what to send. */
export const factors = [
  { name: 'client', levels: behaviours.map(({ name }) => name), defaults: ['agent-1.20', 'timeout-cancel'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);

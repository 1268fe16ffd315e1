import type { Machine } from './contract.ts';

/**
 * A time limit on a machine, in the unit that it is given in; the same for ticks that something takes at most.
 *
 * @param limit the limit on a host
 */
export function limitOn({ description: { slowness = 1 } }: Pick<Machine, 'description'>, limit: number): number {
  return limit * slowness;
}

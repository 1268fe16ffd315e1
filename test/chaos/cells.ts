import type { Cell } from '../../harness/core/cell.ts';
import { randomOf } from './random.ts';

/** The cells of a chaos: most wait for up to two seconds, some fail by themselves. */
export function chaosCells(count: number, seed: number): Cell[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, number) => {
    const mood = random.next() < 0.1 ? 'angry' : `${random.between(50, 2000)}ms`;
    return { mood, number: `${number}` };
  });
}

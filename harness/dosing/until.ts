import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../core/errors.ts';

/** Milliseconds between two looks. */
const pollInterval = 50;

/**
 * Waits for a condition that is looked at, and resolves with the seconds that it took.
 *
 * @throws {LabError} after so many seconds, with what the last look gave.
 */
export async function until<T>(
  doing: string,
  expected: string,
  look: () => Promise<T>,
  isMet: (seen: T) => boolean,
  seconds: number,
): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const seen = await look();
    const elapsed = (performance.now() - begin) / 1000;
    if (isMet(seen)) return elapsed;
    if (elapsed > seconds) {
      throw new LabError({ doing, expected: `${expected} within ${seconds} s`, happened: JSON.stringify(seen) });
    }
    await sleep(pollInterval);
  }
}

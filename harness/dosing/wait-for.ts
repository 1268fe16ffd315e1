import { LabError } from '../core/errors.ts';
import { poll } from '../machine/poll.ts';

/**
 * Waits for a condition that is looked at, and resolves with the seconds that it took.
 *
 * @throws {LabError} after so many seconds, with what the last look gave.
 */
export async function waitFor<T>(
  doing: string,
  expected: string,
  look: () => Promise<T>,
  isMet: (seen: T) => boolean,
  seconds: number,
): Promise<number> {
  const polled = await poll(look, isMet, { seconds });
  if (polled.isMet) return polled.seconds;
  throw new LabError({
    doing,
    expected: `${expected} within ${seconds} s`,
    happened: JSON.stringify(polled.seen),
  });
}

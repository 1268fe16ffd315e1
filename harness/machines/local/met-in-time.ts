import { poll } from '../../machine/poll.ts';

/** Milliseconds between two looks, at files of a few bytes. */
const pollInterval = 5;

/** Waits for a condition. False when the other one, or the end of the time, came first. */
export async function metInTime(
  condition: () => boolean | Promise<boolean>,
  hopeless: () => boolean,
  milliseconds: number,
): Promise<boolean> {
  const look = async () => ((await condition()) ? 'met' : hopeless() ? 'hopeless' : 'open');
  const limit = { seconds: milliseconds / 1000, interval: pollInterval };
  const { seen } = await poll(look, (state) => state !== 'open', limit);
  // Both may have come true between the two looks.
  return seen === 'met' || (seen === 'hopeless' && (await condition()));
}

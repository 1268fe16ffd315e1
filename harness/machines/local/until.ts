import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks, at files of a few bytes. */
const pollInterval = 5;

/** Waits for a condition. False when the other one, or the end of the time, came first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  hopeless: () => boolean,
  milliseconds: number,
): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (performance.now() < deadline) {
    if (await condition()) return true;
    if (hopeless()) return condition();
    await sleep(pollInterval);
  }
  return false;
}

import { setTimeout as sleep } from 'node:timers/promises';

/** The end of a wait for a condition. */
export interface Polled<T> {
  /** The last look. */
  seen: T;
  isMet: boolean;
  /** Seconds until then. */
  seconds: number;
}

/**
 * Looks at something until a condition is met or the time is over. It looks at least once, and never rejects by itself.
 *
 * @param limit.seconds the time
 * @param limit.interval milliseconds between two looks
 */
export async function poll<T>(
  look: () => T | Promise<T>,
  isMet: (seen: T) => boolean,
  { seconds, interval = 50 }: { seconds: number; interval?: number },
): Promise<Polled<T>> {
  const begin = performance.now();
  for (;;) {
    const seen = await look();
    const elapsed = (performance.now() - begin) / 1000;
    if (isMet(seen)) return { seen, isMet: true, seconds: elapsed };
    if (elapsed > seconds) return { seen, isMet: false, seconds: elapsed };
    await sleep(interval);
  }
}

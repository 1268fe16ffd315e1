import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Does pieces of work, a few at a time. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A turn among all processes of this host: resolves when this process has it, and gives it up when it is disposed. */
export type HoldTurn = (signal: AbortSignal) => Promise<AsyncDisposable>;

/** Milliseconds that a piece of work waits for its turn, and keeps it. */
export interface Patience {
  wait: number;
  keep: number;
}

/**
 * Turns for work that slows other work down, and does not depend on it. A piece of work keeps its turn, and waits for one, for a limited time only: one
 * that hangs delays others, and never stops them.
 *
 * @param most pieces of work that have a turn at once in this process
 * @param hold waits for a turn among other processes as well. Where that fails, the work begins without
 */
export function turns(most: number, patience: Patience, hold?: HoldTurn): InTurn {
  const limit = pLimit(most);
  return async (work) => {
    let begun: ReturnType<typeof work> | undefined;
    const begin = () => (begun ??= work());
    const over = new AbortController();
    const waited = new AbortController();
    const turn = limit(async () => {
      await using held = new AsyncDisposableStack();
      held.use(await hold?.(waited.signal).catch(() => undefined));
      // Its error is for the caller, who awaits it below.
      await Promise.race([begin().catch(() => undefined), after(patience.keep, over.signal)]);
    });
    try {
      await Promise.race([turn, after(patience.wait, waited.signal)]);
      waited.abort();
      return await begin();
    } finally {
      over.abort();
    }
  };
}

function after(milliseconds: number, signal: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

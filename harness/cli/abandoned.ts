import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at who started us. */
const interval = 1000;

/** Hours that anything is kept for a person who may have forgotten it: a working day. */
const keepHours = 8;

/** Resolves when the process that started this one is gone, or after {@link keepHours}: the user has left. */
export async function abandoned(signal: AbortSignal, parent = () => process.ppid): Promise<void> {
  const starter = parent();
  const deadline = performance.now() + keepHours * 3600 * 1000;
  while (!signal.aborted && parent() === starter && performance.now() < deadline) {
    await sleep(interval, undefined, { signal }).catch(() => undefined);
  }
}

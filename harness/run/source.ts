import type { Obtaining, Progress } from '../../vms/build.ts';
import { messageOf, NotApplicableError } from '../core/errors.ts';
import type { Missing } from './equipment.ts';

/** Who watches while something is obtained. */
export interface Watcher {
  obtaining: (name: string, progress: Progress) => void;
  obtained: (name: string) => void;
}

/** Where builds and kernels come from. */
export interface Source {
  signal: AbortSignal;
  /** Runs a step that obtains something, shown under its name. */
  watched: <T>(name: string, step: (obtaining: Obtaining) => Promise<T>) => Promise<T>;
}

/** The source that obtains into a cache. */
export function openSource(cache: string, signal: AbortSignal, watcher: Watcher): Source {
  return {
    signal,
    async watched(name, step) {
      try {
        return await step({ cache, signal, progress: (progress) => watcher.obtaining(name, progress) });
      } finally {
        watcher.obtained(name);
      }
    },
  };
}

/** What could be had, or what becomes of the cells that need it. */
export async function orMissing<T>(what: string, { signal }: Source, obtain: () => Promise<T>): Promise<T | Missing> {
  try {
    return await obtain();
  } catch (error) {
    if (signal.aborted) return { outcome: 'infra-failed', failure: `obtaining ${what}: interrupted` };
    const outcome = error instanceof NotApplicableError ? 'not-applicable' : 'infra-failed';
    return { outcome, failure: messageOf(error) };
  }
}

/** The same promise for everyone who asks. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

import type { Fetching, Progress } from '../../vms/build.ts';
import { messageOf, NotApplicableError } from '../core/errors.ts';
import type { Missing } from './equipment.ts';

/** An observer of downloads and builds. */
export interface Watcher {
  fetching: (name: string, progress: Progress) => void;
  fetched: (name: string) => void;
}

/** Where builds and kernels come from. */
export interface Source {
  signal: AbortSignal;
  /** Runs a step that downloads or builds something, shown under its name. */
  watched: <T>(name: string, step: (fetching: Fetching) => Promise<T>) => Promise<T>;
}

/** The source that keeps what it fetches in a cache. */
export function openSource(cache: string, signal: AbortSignal, watcher: Watcher): Source {
  return {
    signal,
    async watched(name, step) {
      try {
        return await step({ cache, signal, progress: (progress) => watcher.fetching(name, progress) });
      } finally {
        watcher.fetched(name);
      }
    },
  };
}

/** The fetched thing, or the outcome of the cells that need it. */
export async function orMissing<T>(what: string, { signal }: Source, start: () => Promise<T>): Promise<T | Missing> {
  try {
    return await start();
  } catch (error) {
    if (signal.aborted) return { outcome: 'infra-failed', failure: `fetching ${what}: interrupted` };
    const outcome = error instanceof NotApplicableError ? 'not-applicable' : 'infra-failed';
    return { outcome, failure: messageOf(error) };
  }
}

/** The same promise for everyone who asks. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

import path from 'node:path';
import pLimit from 'p-limit';
import { cacheDirectory } from '../fetch/cache.ts';
import { holdLock, tryLock } from '../fetch/lock.ts';
import { makeEachDirectory } from '../store/make-directory.ts';

/**
 * Milliseconds that a run waits for cells of others. Then it stops waiting, for good: those may go on for hours. Cells of the main job take 20 s, those
 * of `abandoned-calls` 40 s.
 */
const patience = 120_000;

/**
 * Places for cells that share this kernel, among all runs of this host. Each place is a lock on a file, which the kernel
 * frees when a run is killed. Two runs of six cells each took 147 s for 48 cells on two cores, and six of them failed; with six at a time they took 97 s (BENCHMARKS.md).
 */
export class Places {
  /** Those of this run. */
  readonly #taken = new Set<number>();
  readonly #count: number;
  readonly #directory: string;
  readonly #patience: number;
  #waits = true;
  /** Tells the cell that waits of a place that this run gives back. */
  #onFree: ((place: number) => void) | undefined;
  /** Of the cells of this run, one waits for other runs; the others wait for that one. */
  readonly #oneWaits = pLimit(1);

  /** @param count places on this host, at least as many as this run has cells side by side */
  constructor(count: number, directory = path.join(cacheDirectory(), 'locks'), wait = patience) {
    this.#count = count;
    this.#directory = directory;
    this.#patience = wait;
  }

  /**
   * Takes a place, until it is disposed. Resolves without one where waiting did not help, or the locks cannot be used.
   *
   * @param onWait called once if all are taken
   */
  take(onWait: () => void, signal: AbortSignal): Promise<AsyncDisposable | undefined> {
    return this.#oneWaits(async () => {
      if (!this.#waits || signal.aborted) return undefined;
      try {
        await makeEachDirectory(this.#directory);
        return (await this.#takeFree(signal)) ?? (await this.#waitForOne(onWait, signal));
      } catch {
        this.#waits = false;
        return undefined;
      }
    });
  }

  async #takeFree(signal: AbortSignal): Promise<AsyncDisposable | undefined> {
    for (const place of this.#others()) {
      const lock = await tryLock(this.#file(place), signal);
      if (lock) return this.#have(place, lock);
    }
    return undefined;
  }

  /** Waits for all places, those that cells of this run give back among them, and takes the first that becomes free. */
  async #waitForOne(onWait: () => void, signal: AbortSignal): Promise<AsyncDisposable> {
    onWait();
    const enough = new AbortController();
    const ending = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(this.#patience)]);
    const first = Promise.withResolvers<AsyncDisposable>();
    let found = false;
    const waitFor = async (place: number): Promise<void> => {
      const lock = await holdLock(this.#file(place), () => {}, ending);
      // Of two that become free at once, one is enough.
      if (found) return lock[Symbol.asyncDispose]();
      found = true;
      return first.resolve(this.#have(place, lock));
    };
    // Other runs that wait for a place that this one gives back are before this cell.
    this.#onFree = (place) => void waitFor(place).catch(first.reject);
    for (const place of this.#others()) this.#onFree(place);
    try {
      return await first.promise;
    } finally {
      this.#onFree = undefined;
      enough.abort();
    }
  }

  #have(place: number, lock: AsyncDisposable): AsyncDisposable {
    this.#taken.add(place);
    return {
      [Symbol.asyncDispose]: async () => {
        await lock[Symbol.asyncDispose]();
        this.#taken.delete(place);
        this.#onFree?.(place);
      },
    };
  }

  #others(): number[] {
    return Array.from({ length: this.#count }, (_, place) => place).filter((place) => !this.#taken.has(place));
  }

  #file(place: number): string {
    return path.join(this.#directory, `cell-place-${place}.lock`);
  }
}

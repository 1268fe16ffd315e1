import { usableMemory } from '../needs.ts';

/** What a cell takes of its host. */
interface Load {
  memoryBytes: number;
  /** The part of the host's cores, from 0 to 1. */
  cores: number;
}

/** The memory and the cores of a host, whichever queue a cell comes from. */
export interface Capacity {
  readonly running: number;
  fits: (load: Load) => boolean;
  /** Takes a part, until it is disposed. */
  take: (load: Load) => Disposable;
}

/**
 * The capacity of a host. A single cell always fits, if its memory does.
 *
 * @param memoryBytes of the host; a fifth of it is left alone
 * @param most cells side by side
 */
export function capacityOf(memoryBytes: number, most: number): Capacity {
  const taken = new Set<Load>();
  const sum = (part: keyof Load) => [...taken].reduce((all, load) => all + load[part], 0);
  return {
    get running() {
      return taken.size;
    },
    fits(load) {
      if (taken.size >= most || sum('memoryBytes') + load.memoryBytes > memoryBytes * usableMemory) return false;
      // Sums of thirds are not exact.
      return taken.size === 0 || sum('cores') + load.cores <= 1 + 1e-9;
    },
    take(load) {
      const own = { ...load };
      taken.add(own);
      return { [Symbol.dispose]: () => void taken.delete(own) };
    },
  };
}

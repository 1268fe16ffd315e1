/** Objects of one size that one place in the program allocated and that are still in use. */
export interface Stack {
  /** Whole names of functions, the one that allocated first. */
  frames: readonly string[];
  /** Bytes of one object. */
  size: number;
  /** Bytes of all of them, as estimated from the few that were sampled. */
  bytes: number;
}

/** A heap as Go samples it. */
export interface Heap {
  /** The sample type, e.g. `inuse_space/bytes`. */
  types: readonly string[];
  /** Bytes of allocations for one sample, on average; 512 KiB unless the program sets runtime.MemProfileRate. */
  rate: number;
  stacks: readonly Stack[];
}

/** The estimate of a whole heap, and its accuracy. */
export interface Total {
  bytes: number;
  /** Sampled objects that are still in use: with few of them the sums are rough. */
  samples: number;
  /** Standard deviation of `bytes` by the sampling alone, in bytes. */
  error: number;
}

/**
 * Sums a heap up. An object of s bytes is sampled with the probability p = 1 − exp(−s/rate) (runtime/pprof/protomem.go), so
 * that n objects were n·p samples, each of them good for s/p bytes with a variance of (1 − p)·(s/p)².
 */
export function totalOf({ stacks, rate }: Heap): Total {
  let [bytes, samples, variance] = [0, 0, 0];
  for (const stack of stacks) {
    const sampled = probability(stack.size, rate);
    const count = (stack.bytes / stack.size) * sampled;
    bytes += stack.bytes;
    samples += count;
    variance += count * (1 - sampled) * (stack.size / sampled) ** 2;
  }
  return { bytes, samples: Math.round(samples), error: Math.sqrt(variance) };
}

/** The probability that an object of so many bytes is sampled: all are at a rate of 1. */
export function probability(size: number, rate: number): number {
  return rate <= 1 ? 1 : 1 - Math.exp(-size / rate);
}

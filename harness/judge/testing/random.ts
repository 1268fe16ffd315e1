/** Random numbers that are the same in every run of the tests. */
export interface Random {
  /** Evenly from 0 up to 1. */
  uniform: () => number;
  /** Normal, mean 0 and standard deviation 1. */
  normal: () => number;
  /** A whole number from 0, below the given one. */
  whole: (below: number) => number;
}

/** Mulberry32 (T. Ettinger, 2017, public domain): 32 bits of state, good enough to spoil a reading with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    // Box and Muller; 1 − u, since the logarithm of 0 is infinite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    whole: (below) => Math.floor(uniform() * below),
  };
}

import type { CrossCheck } from '../evidence/cross-checks.ts';

/** The request itself takes a connection, a few goroutines and the directory that is counted; more is a disagreement. */
const handful = 10;

/** A figure for every count in which the two are more than a handful apart. */
export function disagreements(checks: readonly CrossCheck[]): string[] {
  return checks.flatMap(({ dose, said, probed }) =>
    (['fds', 'goroutines'] as const).flatMap((what) => {
      const [one = Number.NaN, other = Number.NaN] = [said[what], probed[what]];
      if (!(Math.abs(one - other) > handful)) return [];
      return [`at dose ${dose} GET /info has ${one} ${what}, the probes read ${other}`];
    }),
  );
}

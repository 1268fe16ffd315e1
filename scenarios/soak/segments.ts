import type { SoakSample } from '../../harness/evidence/soak-record.ts';

/** Seconds that all segments have lasted, together. */
export function secondsOf(samples: readonly SoakSample[]): number {
  return sumOverSegments(samples, ({ seconds }) => seconds);
}

/** Calls of all segments. */
export function callsOf(samples: readonly SoakSample[]): number {
  return sumOverSegments(samples, ({ calls }) => calls);
}

/** The sum of what each segment comes to at its last sample. */
function sumOverSegments(samples: readonly SoakSample[], reached: (sample: SoakSample) => number): number {
  const segments = Map.groupBy(samples, ({ segment }) => segment);
  return [...segments.values()].reduce((sum, all) => sum + Math.max(...all.map(reached)), 0);
}

import { courseOf, type Reading } from './sample.ts';

/** The value fell by `amount` (in its unit) between two doses. */
export interface Fall {
  from: number;
  to: number;
  amount: number;
}

/**
 * The deepest fall in the course of a run, from a peak to any later value: what a saw-tooth of garbage collections has and a
 * leak has not. Undefined when the value never falls.
 */
export function deepestFall(readings: readonly Reading[]): Fall | undefined {
  let peak: Reading | undefined;
  let deepest: Fall | undefined;
  for (const reading of courseOf(readings)) {
    if (!peak || reading.value >= peak.value) peak = reading;
    const amount = peak.value - reading.value;
    if (amount > (deepest?.amount ?? 0)) deepest = { from: peak.dose, to: reading.dose, amount };
  }
  return deepest;
}

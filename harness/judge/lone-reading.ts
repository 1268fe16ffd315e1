import { centre } from './least-squares.ts';
import { distinctDoses, type Reading } from './sample.ts';

/**
 * A reading without which the growth is not above the threshold: one outlier can draw a line behind it, above all at the
 * highest dose. Undefined when there is none.
 *
 * @param threshold in the values' unit per dose
 */
export function decidingReading(readings: readonly Reading[], threshold: number): Reading | undefined {
  return readings.find((_, index) => {
    const others = readings.toSpliced(index, 1);
    return distinctDoses(others) < 2 || centre(others).slope <= threshold;
  });
}

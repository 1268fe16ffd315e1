import { LabError } from '../core/errors.ts';
import type { Series } from '../evidence/series.ts';

/** A point that has a value. */
export interface Reading {
  dose: number;
  value: number;
}

/** A probe could not read. An error of the cell, never a zero and never a pass. */
export class MissingReadingError extends LabError {
  override readonly name = 'MissingReadingError';
}

/** A line needs more readings than there are, or the idle cell is of something else. */
export class UnjudgeableError extends LabError {
  override readonly name = 'UnjudgeableError';
}

/**
 * The points that have a value.
 *
 * @param doing what to call the series in the error
 * @param place where in the run a point stands, e.g. `dose 500`
 * @throws {MissingReadingError} when a single one has none.
 */
export function present<P extends { value: number } | { missing: string }>(
  points: readonly P[],
  doing: string,
  place: (point: P) => string,
): Extract<P, { value: number }>[] {
  const read: Extract<P, { value: number }>[] = [];
  const missing: string[] = [];
  for (const one of points) {
    if (hasValue(one)) read.push(one);
    else missing.push(`${place(one)}: ${'missing' in one ? one.missing : 'not a finite number'}`);
  }
  if (missing.length === 0) return read;
  throw new MissingReadingError({
    doing,
    expected: 'a value for every reading',
    happened: `${missing.length} of ${points.length} readings are missing`,
    evidence: missing.join('\n'),
    hint: 'see why the probe could not read, and run the cell again',
  });
}

function hasValue<P extends { value: number } | { missing: string }>(one: P): one is Extract<P, { value: number }> {
  return !('missing' in one) && Number.isFinite(one.value);
}

/**
 * The readings of a series by dose, then by value, so that sums are the same to the last bit for any order of arrival.
 *
 * @throws {MissingReadingError} when a single one is missing.
 */
export function readingsOf(series: Series, doing: string): Reading[] {
  const readings = present(series.points, doing, ({ dose }) => `dose ${dose}`);
  return readings.toSorted((a, b) => a.dose - b.dose || a.value - b.value);
}

/** The number of different doses. */
export function distinctDoses(readings: readonly Reading[]): number {
  return new Set(readings.map(({ dose }) => dose)).size;
}

/** Mean value of each dose, in the order of the readings: the course of a run without the order of readings at one dose. */
export function courseOf(readings: readonly Reading[]): Reading[] {
  const byDose = Map.groupBy(readings, ({ dose }) => dose);
  return [...byDose].map(([dose, same]) => ({
    dose,
    value: same.reduce((sum, { value }) => sum + value, 0) / same.length,
  }));
}

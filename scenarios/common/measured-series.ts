import { isBetweenReleases } from '../../harness/core/version.ts';

/**
 * The series of dockers that a version belongs to, e.g. `20.10` for 20.10.24.
 *
 * @param measured the series on which something was measured
 * @returns undefined for a version of another series, and for a build between two releases
 */
export function seriesOf<Series extends string>(measured: readonly Series[], version: string): Series | undefined {
  if (isBetweenReleases(version)) return undefined;
  return measured.find((series) => version === series || version.startsWith(`${series}.`));
}

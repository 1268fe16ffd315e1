/**
 * Compares dotted version numbers by their numbers: `1.12.6` < `1.13.1` < `17.03.2-ce` < `20.10.5`. One without numbers,
 * such as `dev`, is the newest there is.
 */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [ours = 0, theirs = 0] = [left[i], right[i]];
    if (ours !== theirs) return ours < theirs ? -1 : 1;
  }
  return 0;
}

/** Whether version `a` is older than `b`. */
export function isBefore(a: string, b: string): boolean {
  return compareVersions(a, b) < 0;
}

/** Whether a version is one that moby's tree has between two releases, as `17.06.0-dev` or `dev`: many commits share it. */
export function isBetweenReleases(version: string): boolean {
  return /(?:^|-)dev\b/.test(version);
}

function numbersOf(version: string): number[] {
  const dotted = /^\d+(\.\d+)*/.exec(version)?.[0];
  return dotted === undefined ? [Infinity] : dotted.split('.').map(Number);
}

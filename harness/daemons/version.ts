/** Compares dotted version numbers by their numbers: `1.12.6` < `1.13.1` < `17.03.2-ce` < `20.10.5`. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether version `a` is older than `b`. */
export function isBefore(a: string, b: string): boolean {
  return compareVersions(a, b) < 0;
}

function numbersOf(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}

import type { Factor } from '../../core/cell.ts';

/**
 * Continuations of `k=v,…`: factors, and the levels of the factor that the last word names or, after a comma, the one before it.
 *
 * @returns whole words, each of which begins with what stands before the last comma
 */
export function selections(typed: string, factors: readonly Factor[]): string[] {
  const words = typed.split(',');
  const last = words.pop() ?? '';
  const before = words.map((word) => `${word},`).join('');
  const levelsOf = (name: string) => factors.filter((factor) => factor.name === name).flatMap(({ levels }) => levels);
  const [name = ''] = last.split('=');
  if (last.includes('=')) return levelsOf(name).map((level) => `${before}${name}=${level}`);
  const latest = words.findLast((word) => word.includes('='))?.split('=')[0];
  const more = latest === undefined ? [] : levelsOf(latest).map((level) => `${before}${level}`);
  return [...factors.map((factor) => `${before}${factor.name}=`), ...more];
}

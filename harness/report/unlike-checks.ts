import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../judge/check.ts';
import type { JudgedPair } from '../run/judged-pair.ts';

/** Checks that both cells have and that came out differently, and the number of those that came out alike. */
export function unlikeChecks([cause, control]: JudgedPair): {
  unlike: { check: Check; other: Check }[];
  alike: number;
} {
  const pairs = cause.judgement.checks.flatMap((check) => {
    const other = control.judgement.checks.find(({ what, name }) => what === check.what && name === check.name);
    return other ? [{ check, other }] : [];
  });
  const unlike = pairs.filter(({ check, other }) => !isDeepStrictEqual(check.observed, other.observed));
  return { unlike, alike: pairs.length - unlike.length };
}

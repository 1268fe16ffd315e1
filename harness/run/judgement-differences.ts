import type { VerdictRecord } from '../store/schema.ts';
import type { Judged } from './judge-cell.ts';

/** A value that two judgements of a cell do not share; undefined where one of them has none. */
export interface JudgementDifference {
  field: 'outcome' | 'bug' | 'observed' | 'expected' | 'asExpected' | 'undecided' | 'check';
  /** Name of the check that differs; undefined for the judgement as a whole. The field `check` is the presence of the check itself. */
  check?: string;
  stored: string | boolean | undefined;
  now: string | boolean | undefined;
}

type Check = Judged['judgement']['checks'][number];

/**
 * Compares a stored verdict with a new judgement: outcome, bug, observed, expected, and each check by its name. Reasons, references, figures,
 * slopes and evidence are explanations, and may differ. Pure.
 *
 * @returns nothing when both judgements are the same
 */
export function differencesOf(
  stored: VerdictRecord | undefined,
  { outcome, judgement }: Judged,
): JudgementDifference[] {
  const before = stored?.judgement;
  // Where nothing was judged, each line of the new judgement would be a difference.
  if (!before) return [{ field: 'outcome', stored: stored?.outcome, now: outcome }];
  const whole: JudgementDifference[] = [
    { field: 'outcome', stored: stored.outcome, now: outcome },
    ...(['bug', 'observed', 'expected'] as const).map((field) => ({
      field,
      stored: before[field],
      now: judgement[field],
    })),
  ];
  const [checksBefore, checksNow] = [byName(before.checks), byName(judgement.checks)];
  const names = new Set([...checksBefore.keys(), ...checksNow.keys()]);
  const checks = [...names].flatMap((name) => checkDifferences(name, checksBefore.get(name), checksNow.get(name)));
  return [...whole, ...checks].filter((one) => one.stored !== one.now);
}

type StoredCheck = NonNullable<VerdictRecord['judgement']>['checks'][number];

function checkDifferences(check: string, stored?: StoredCheck, now?: Check): JudgementDifference[] {
  if (!stored || !now) return [{ field: 'check', check, stored: stored?.observed, now: now?.observed }];
  const fields = ['observed', 'expected', 'asExpected', 'undecided'] as const;
  return fields.map((field) => ({ field, check, stored: stored[field], now: now[field] }));
}

/** Checks by their names; one whose name comes again has a number after it. */
function byName<T extends { what: string }>(checks: readonly T[]): Map<string, T> {
  const named = new Map<string, T>();
  for (const check of checks) {
    let name = check.what;
    for (let number = 2; named.has(name); number++) name = `${check.what} (${number})`;
    named.set(name, check);
  }
  return named;
}

/** Whether the verdict itself has changed, and not only a summary or a check. */
export function isVerdictChanged(differences: readonly JudgementDifference[]): boolean {
  return differences.some(({ field }) => field === 'outcome' || field === 'bug');
}

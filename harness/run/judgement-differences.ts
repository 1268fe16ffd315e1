import { isDeepStrictEqual } from 'node:util';
import type { Check, Fact } from '../judge/check.ts';
import type { Judgement } from '../judge/judgement.ts';
import { matches, type Value } from '../judge/value.ts';
import type { VerdictRecord } from '../store/schema.ts';
import type { Judged } from './judge-cell.ts';

/** The name of a check, in a judgement with several of one name with its number from 2 on. */
export type CheckKey = Pick<Check, 'what' | 'name'> & { number?: number };

/** A value that two judgements of a cell do not share; undefined where one of them has none. */
export type JudgementDifference =
  | { field: 'outcome'; stored: VerdictRecord['outcome'] | undefined; now: VerdictRecord['outcome'] }
  | { field: 'bug'; stored: Judgement['bug']; now: Judgement['bug'] }
  | { field: 'observed' | 'expected'; stored: readonly Fact[] | undefined; now: readonly Fact[] | undefined }
  /** The check itself is in one of the judgements alone. */
  | { field: 'check'; check: CheckKey; stored: Value | undefined; now: Value | undefined }
  | { field: 'check-observed' | 'check-expected'; check: CheckKey; stored: Value | undefined; now: Value | undefined }
  | { field: 'check-undecided'; check: CheckKey; stored: boolean; now: boolean }
  /** With the values that decided it: those of schema 1 are no differences of their own. */
  | {
      field: 'check-as-expected';
      check: CheckKey;
      stored: boolean;
      now: boolean;
      values: { stored: Compared; now: Compared };
    };

/** The values of a check. */
export type Compared = Pick<Check, 'observed' | 'expected'>;

/**
 * Compares a stored verdict with a new judgement: outcome, bug, observed, expected, and each check by its name. Reasons, references, figures,
 * slopes and evidence are explanations, and may differ. A value of schema 1 is text: it is neither the same as a typed one nor another, and
 * what was decided by it is compared alone. Pure.
 *
 * @returns nothing when both judgements are the same
 */
export function differencesOf(
  stored: VerdictRecord | undefined,
  { outcome, judgement }: Judged,
): JudgementDifference[] {
  const before = stored?.judgement;
  // Where nothing was judged, each line of the new judgement would be a difference.
  if (!before) return stored?.outcome === outcome ? [] : [{ field: 'outcome', stored: stored?.outcome, now: outcome }];
  const [checksBefore, checksNow] = [byName(before.checks), byName(judgement.checks)];
  const names = new Set([...checksBefore.keys(), ...checksNow.keys()]);
  return [
    ...differing({ field: 'outcome', stored: stored.outcome, now: outcome }),
    ...differing({ field: 'bug', stored: before.bug, now: judgement.bug }),
    ...factDifferences('observed', before.observed, judgement.observed),
    ...factDifferences('expected', before.expected, judgement.expected),
    ...[...names].flatMap((name) => checkDifferences(checksBefore.get(name), checksNow.get(name))),
  ];
}

function differing(difference: JudgementDifference): JudgementDifference[] {
  return difference.stored === difference.now ? [] : [difference];
}

function factDifferences(
  field: 'observed' | 'expected',
  stored: readonly Fact[] | undefined,
  now: readonly Fact[] | undefined,
): JudgementDifference[] {
  if (stored?.some(({ what }) => what === 'old') || isDeepStrictEqual(stored, now)) return [];
  return [{ field, stored, now }];
}

interface NamedCheck {
  key: CheckKey;
  check: Check;
}

function checkDifferences(stored?: NamedCheck, now?: NamedCheck): JudgementDifference[] {
  const key = stored?.key ?? now?.key;
  if (!key) return [];
  if (!stored || !now) {
    return [{ field: 'check', check: key, stored: stored?.check.observed, now: now?.check.observed }];
  }
  const [before, after] = [stored.check, now.check];
  return [
    ...valueDifferences('check-observed', key, before.observed, after.observed),
    ...valueDifferences('check-expected', key, before.expected, after.expected),
    ...differing({
      field: 'check-as-expected',
      check: key,
      stored: before.asExpected,
      now: after.asExpected,
      values: { stored: comparedOf(before), now: comparedOf(after) },
    }),
    ...differing({
      field: 'check-undecided',
      check: key,
      stored: before.undecided === true,
      now: after.undecided === true,
    }),
  ];
}

function comparedOf({ observed, expected }: Check): Compared {
  return { observed, ...(expected && { expected }) };
}

function valueDifferences(
  field: 'check-observed' | 'check-expected',
  check: CheckKey,
  stored: Value | undefined,
  now: Value | undefined,
): JudgementDifference[] {
  const isSame = stored && now ? stored.kind === 'text' || matches(stored, now) : stored === now;
  return isSame ? [] : [{ field, check, stored, now }];
}

/** Checks by their names; one whose name comes again has a number. */
function byName(checks: readonly Check[]): Map<string, NamedCheck> {
  const named = new Map<string, NamedCheck>();
  for (const check of checks) {
    const { what, name } = check;
    const key: CheckKey = { what, ...(name !== undefined && { name }) };
    let id = JSON.stringify(key);
    for (let number = 2; named.has(id); number++) {
      key.number = number;
      id = JSON.stringify(key);
    }
    named.set(id, { key, check });
  }
  return named;
}

/** Whether the verdict itself has changed, and not only a summary or a check. */
export function isVerdictChanged(differences: readonly JudgementDifference[]): boolean {
  return differences.some(({ field }) => field === 'outcome' || field === 'bug');
}

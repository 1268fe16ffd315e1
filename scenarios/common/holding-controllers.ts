import { controllers, type Controller } from '../../harness/core/cgroup-controllers.ts';
import { checkOf, type Check, type Fact } from '../../harness/judge/check.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import type { Value } from '../../harness/judge/value.ts';
import { verdictOn, type Dosed } from './dose-response.ts';

type Verdict = SlopeVerdict['verdict'];

/**
 * The controllers whose dying cgroups grow with the work, so that each of them is held. Undefined where the kernel does not count by controller: v2 before 6.12, and
 * runs from before the lab counted the hierarchies of v1.
 */
function holdingControllers(seen: Dosed): Controller[] | undefined {
  const counted = controllers.flatMap((name) => {
    const verdict = verdictOn(seen, `dying-${name}`)?.verdict;
    return verdict === undefined ? [] : [{ name, verdict }];
  });
  return counted.length === 0 ? undefined : counted.flatMap(({ name, verdict }) => (verdict === 'leak' ? [name] : []));
}

/** The controllers for the line of a cell, where something is held or is expected to be, and the kernel tells. */
export function heldByFacts(
  seen: Dosed,
  verdict: Verdict,
  expected: { verdict: Verdict | undefined; heldBy?: readonly Controller[] | undefined },
): { observed: Fact[]; expected: Fact[] } {
  const held = holdingControllers(seen);
  const fact = (leaks: boolean, names: readonly Controller[] | undefined): Fact[] =>
    leaks && held !== undefined && names !== undefined ? [{ what: 'held-by', value: namesValue(names) }] : [];
  return { observed: fact(verdict === 'leak', held), expected: fact(expected.verdict === 'leak', expected.heldBy) };
}

/** Whether those controllers hold what is removed that are expected to, where the kernel tells. */
export function heldByChecks(seen: Dosed, expected: readonly Controller[] | undefined): Check[] {
  const held = holdingControllers(seen);
  if (held === undefined) return [];
  return [checkOf('held-by', namesValue(held), expected && namesValue(expected), dyingLines(seen))];
}

/** The dying cgroups at the last dose, by controller. */
export function dyingLines({ series }: Dosed): string[] {
  const last = controllers.flatMap((name) => {
    const point = series.find(({ metric }) => metric === `dying-${name}`)?.points.at(-1);
    return point && 'value' in point ? [{ name, count: point.value }] : [];
  });
  if (last.length === 0) return [];
  const some = last.filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`);
  return [`dying by controller: ${some.join(', ') || `none of ${last.map(({ name }) => name).join(', ')}`}`];
}

function namesValue(names: readonly Controller[]): Value {
  return { kind: 'names', names: [...names] };
}

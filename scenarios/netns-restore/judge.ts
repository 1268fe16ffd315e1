import { hasStarted, type ContainerStart } from '../../harness/evidence/container-starts.ts';
import type { Cell } from '../../harness/core/cell.ts';
import { checkOf, type Fact } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { allValue, codeValue, tallyValue, type Value } from '../../harness/judge/value.ts';
import {
  expectedStarts,
  expectedStartsFact,
  nextStartCheck,
  nextStartFact,
  noneStarted,
  startCode,
  startsCheck,
  startsFact,
  type StartsExpectation,
} from '../common/judge-starts.ts';
import { flagsAdded, level, nextContainer } from './factors.ts';
import { checksOf, lifeOf, logCheck } from './checks.ts';
import { expectationOf, type NetnsExpectation } from './expected.ts';
import type { NetnsRestoreObservations } from './observations.ts';

/** Judges a cell of netns-restore by its observations alone. */
export function judgeNetnsRestore(
  cell: Cell,
  version: string,
  seen: NetnsRestoreObservations,
  commit?: string,
): Judgement {
  const addsFlags = level(cell, 'starts') === flagsAdded;
  const underFlags = expectedStarts(level(cell, 'containerd'), level(cell, 'systemd'), level(cell, 'mountFlags'));
  // A container from before the flags starts under them as well; see expectationOf. The next one is asked for under them alone.
  const starts: StartsExpectation = addsFlags ? { ...underFlags, starts: 'started' } : underFlags;
  const [next] = addsFlags ? (seen.starts ?? []).filter(({ container }) => container === nextContainer) : [];
  const own = seen.starts?.filter((one) => one !== next);
  const expected = expectationOf(cell, version, commit);
  if (seen.starts && noneStarted(seen.starts)) return judgeNoStart(seen, seen.starts, starts, expected);
  const lost = seen.netnsFiles.filter(({ state }) => state !== 'nsfs').length;
  return {
    observed: summaryOf(
      tallyValue(seen.netnsFiles.map(({ state }) => state)),
      tallyValue(seen.stats.map(({ answer }) => answer)),
      seen.next.heldBy.length > 0,
      next && startCode(next),
    ),
    ...(own && starts.starts === 'not-started'
      ? {
          expected: [expectedStartsFact(own, starts.starts)],
          reason: starts.reason,
          reference: starts.reference,
        }
      : {
          expected: expectedSummary(seen, expected, next && underFlags.starts),
          reason: expected.reason,
          reference: expected.reference,
        }),
    checks: [
      ...(own ? [startsCheck(own, starts.starts)] : []),
      ...(next ? [nextStartCheck(next, underFlags.starts)] : []),
      ...checksOf(seen, expected, !next || hasStarted(next)),
    ],
    bug: bugOf(seen, lost),
  };
}

/** Judges a daemon that has started no container: there are no namespaces, and no calls, so its starts decide alone. */
function judgeNoStart(
  seen: NetnsRestoreObservations,
  all: readonly ContainerStart[],
  starts: StartsExpectation,
  expected: NetnsExpectation,
): Judgement {
  const isExpected = starts.starts === 'not-started';
  const { reason, reference } = isExpected ? starts : expected;
  return {
    observed: [startsFact(all)],
    expected: isExpected ? [expectedStartsFact(all, starts.starts)] : expectedSummary(seen, expected),
    reason,
    reference,
    checks: [
      startsCheck(all, starts.starts),
      checkOf(
        'containers',
        tallyValue(seen.containers.map(lifeOf)),
        allValue(seen.containers.length, isExpected ? 'stopped' : 'running-on'),
      ),
      logCheck('restore-errors', seen.restoreErrors, isExpected ? false : expected.restoreErrors),
    ],
    // No container runs whose namespace could be lost: `--bisect` and drafts for upstream cannot tell from this cell.
    bug: 'unknown',
  };
}

function expectedSummary(
  seen: NetnsRestoreObservations,
  expected: NetnsExpectation,
  nextStart?: StartsExpectation['starts'],
): Fact[] {
  return summaryOf(
    allValue(seen.netnsFiles.length || seen.containers.length, expected.netnsFiles),
    expected.stats ? allValue(seen.containers.length, expected.stats) : { kind: 'unknown' },
    expected.duplicateIp,
    nextStart,
  );
}

/** A restart goes wrong in two ways: the namespaces are lost, or they are kept and their sandboxes are restored in part. */
function bugOf({ netnsFiles, stats, populateErrors = [] }: NetnsRestoreObservations, lost: number): Judgement['bug'] {
  if (netnsFiles.length === 0) return 'unknown';
  const isPartial = populateErrors.length > 0 || stats.some(({ answer }) => answer !== 'values');
  return lost > 0 || isPartial ? 'present' : 'absent';
}

function summaryOf(files: Value, stats: Value, isDuplicate: boolean, nextStart?: StartsExpectation['starts']): Fact[] {
  return [
    { what: 'network-namespaces', value: files },
    { what: 'stats-calls', value: stats },
    ...(isDuplicate ? [{ what: 'next-address' as const, value: codeValue('duplicate-ip') }] : []),
    ...(nextStart === 'not-started' ? [nextStartFact(nextStart)] : []),
  ];
}

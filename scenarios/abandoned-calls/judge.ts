import type { Cell } from '../../harness/core/cell.ts';
import { noteLines } from '../../harness/figures/note-lines.ts';
import { checkOf, countCheck, slopeCheck, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { judgeRecovery } from '../../harness/judge/recovery.ts';
import { codeValue, type Code } from '../../harness/judge/value.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import type { RecoverySeries } from '../../harness/evidence/recovery-series.ts';
import {
  callerLines,
  lastDose,
  slopeFigure,
  slopeLines,
  summaryValue,
  verdictOn,
  wordOf,
  type Dosed,
} from '../common/dose-response.ts';
import { expectedOfRuntime, judgeRuntime, leakingOf } from '../common/runtime/judge-runtime.ts';
import { runtimeCounts } from '../common/runtime/metrics.ts';
import { endpoints } from './endpoints.ts';
import { expectationOf } from './expected.ts';
import { level } from './factors.ts';
import { leavings } from './leavings.ts';
import type { AbandonedCallsObservations } from './observations.ts';

/** The metrics that decide: whole numbers, which repeat from run to run. */
const deciding = ['fds', 'goroutines'] as const;

/**
 * Decides as well where calls are expected to be kept: it was a leak in all of 56 such cells, by 54 to 170 KB a call. Where nothing is kept it is
 * shown only: 26.1.5 has its spans (see collector-stall), and with 120 calls 1 KB a call cannot be told from none.
 */
const heap = 'heap-alloc';

/** Shown beside them. */
const shown = [...deciding, 'threads', heap, 'heap-alloc-before-gc', 'stacks', 'rss'];

/** Judges a cell of abandoned-calls by its observations alone. */
export function judgeAbandonedCalls(cell: Cell, version: string, seen: AbandonedCallsObservations): Judgement {
  const { sign } = endpoints[level(cell, 'endpoint')];
  const leaving = leavings[level(cell, 'leaving')];
  const expected = expectationOf(cell, version, lastDose(seen));
  const verdicts = shown.flatMap((metric) => verdictOn(seen, metric) ?? []);
  const isDeciding = (metric: string) =>
    deciding.some((one) => one === metric) || (metric === heap && expected.heap !== undefined);
  const ofDaemon = verdicts.filter(({ metric }) => isDeciding(metric));
  const runtime = judgeRuntime(seen, expected.runtime);
  const decided = [...ofDaemon, ...runtime.decided];
  const word = wordOf(decided);
  const { dosed } = seen.client;
  const calls = lastDose(seen) + seen.warmUp;
  const evidence = [JSON.stringify(dosed)];
  const givenBack = givenBackOf(seen, decided, sign.kind === 'registry' ? 'when-registry-ends' : 'when-container-ends');
  const expectedWord =
    expected.verdict && wordOf([expected.verdict, expected.heap ?? expected.verdict].map((verdict) => ({ verdict })));
  const checks: Check[] = [
    countCheck('calls-sent', dosed.sent, calls, 'calls', evidence),
    checkOf('calls-failed', { kind: 'failures', counts: dosed.failures }, { kind: 'failures', counts: {} }),
    // A fault that did not happen is no evidence that there is no bug.
    countCheck(
      'calls-answered',
      dosed.answered,
      leaving.sends !== 'all' || sign.kind === 'accepted' ? 0 : calls,
      'calls',
      evidence,
    ),
    countCheck('calls-left', dosed.givenUp, leaving.ends ? calls : 0, 'calls', evidence),
    ...(leaving.leavesUnread ? [countCheck('calls-left-unread', dosed.unread ?? 0, calls, 'calls', evidence)] : []),
    ...ofDaemon.map((verdict) => slopeCheck(verdict, verdict.metric === heap ? expected.heap : expected.verdict)),
    ...runtime.checks,
    checkOf('given-back', codeValue(givenBack), expected.givenBack && codeValue(expected.givenBack)),
  ];
  return {
    observed: [
      { what: 'verdict', value: summaryValue(word, [...ofDaemon, ...leakingOf(runtime)]) },
      { what: 'given-back', value: codeValue(givenBack) },
    ],
    ...(expectedWord &&
      expected.givenBack && {
        expected: [
          { what: 'verdict', value: summaryValue(expectedWord) },
          { what: 'given-back', value: codeValue(expected.givenBack) },
        ],
      }),
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      ...slopeLines([...verdicts, ...runtime.decided, ...runtime.shown]),
      ...recoveryLines('idle', seen.recovery.idle),
      ...recoveryLines('ended', seen.recovery.ended ?? []),
      ...noteLines(seen.notes, seen.idle, lastDose(seen)),
      ...callerLines(seen.callers, seen.nameless, { pid: seen.client.pid, calls: dosed.sent }),
    ],
    slopes: [...verdicts, ...runtime.decided, ...runtime.shown].map(slopeFigure),
    // A call that its client still holds is no bug.
    bug: word === 'inconclusive' ? 'unknown' : word === 'leak' && leaving.ends ? 'present' : 'absent',
  };
}

/** Whether more doses are needed, with a docker of that version. */
export function isUndecided(dosed: Dosed, version: string): boolean {
  const verdicts = [
    ...deciding.flatMap((metric) => verdictOn(dosed, metric) ?? []),
    ...judgeRuntime(dosed, expectedOfRuntime(version)).decided,
  ];
  return verdicts.some(({ verdict }) => verdict === 'inconclusive');
}

/** Whether a deciding metric grows with the calls. */
export function leaks(dosed: Dosed): boolean {
  return deciding.some((metric) => verdictOn(dosed, metric)?.verdict === 'leak');
}

/**
 * The latest of the moments at which each leaking metric came back to its baseline.
 *
 * @param whenEnded the code of the end of the container or registry
 */
function givenBackOf(
  { recovery }: AbandonedCallsObservations,
  decided: readonly SlopeVerdict[],
  whenEnded: Code,
): Code {
  const kept = decided.filter(({ verdict }) => verdict === 'leak').map(({ metric }) => metric);
  if (kept.length === 0) return 'nothing-kept';
  const isBack = (series: readonly RecoverySeries[] = []) => {
    const ofLeaking = series.filter(({ metric }) => kept.includes(metric));
    return ofLeaking.length > 0 && ofLeaking.every((one) => judgeRecovery(one).recovery === 'full');
  };
  if (isBack(recovery.idle)) return 'when-idle';
  return isBack(recovery.ended) ? whenEnded : 'never';
}

function recoveryLines(when: string, series: readonly RecoverySeries[]): string[] {
  return series
    .filter(({ metric }) => shown.includes(metric) || runtimeCounts.some((one) => one === metric))
    .map((one) => `${when}: ${one.metric}: ${judgeRecovery(one).reasons[0] ?? ''}`);
}

import type { Cell } from '../../harness/core/cell.ts';
import type { RuntimeVersions } from '../../harness/evidence/runtime-versions.ts';
import { noteLines } from '../../harness/figures/note-lines.ts';
import { checkOf, countCheck, slopeCheck, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { judgeRecovery } from '../../harness/judge/recovery.ts';
import { codeValue, type Code, type Value } from '../../harness/judge/value.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { lastDose, slopeFigure, summaryValue, verdictOn, wordOf, type Dosed } from '../common/dose-response.ts';
import { expectationOf } from './expected.ts';
import { level } from './factors.ts';
import { counts, memories, shown, type CountMetric, type MemoryMetric } from './metrics.ts';
import type { ExecChurnObservations } from './observations.ts';
import { asFarAsSeen } from './sight.ts';
import { works, type WorkName } from './works.ts';

/** The part of its rise that dockerd's heap must give back to have forgotten the execs; the rest are pools and maps that stay large. */
const forgottenShare = 0.9;

/** Judges a cell of exec-churn by its observations alone. */
export function judgeExecChurn(cell: Cell, version: string, seen: ExecChurnObservations): Judgement {
  const work = level(cell, 'work');
  const expected = expectationOf(work, level(cell, 'dose'), version);
  const counted = countVerdicts(seen);
  const bytes = memoryVerdicts(work, seen);
  const decided = [...counted, ...bytes];
  const word = wordOf(decided);
  const unseen = bytes.filter(({ verdict }) => verdict === 'inconclusive');
  const leaking = decided.filter(({ verdict }) => verdict === 'leak');
  const others = [...(bytes.length > 0 ? [] : memories), ...shown].flatMap((metric) => verdictOn(seen, metric) ?? []);
  const { tally } = seen;
  const evidence = [JSON.stringify(tally)];
  const givenBack = seen.forgotten && forgottenCode(seen.forgotten);
  const checks: Check[] = [
    countCheck('execs-done', tally.done, tally.asked, 'execs', evidence),
    checkOf('execs-failed', { kind: 'failures', counts: tally.failures }, { kind: 'failures', counts: {} }),
    ...counted.map((verdict) => slopeCheck(verdict, expected.counts[verdict.metric])),
    ...bytes.map((verdict) => slopeCheck(verdict, expected.memories[verdict.metric])),
    ...(givenBack
      ? [checkOf('given-back', codeValue(givenBack), expected.givenBack && codeValue(expected.givenBack))]
      : []),
  ];
  return {
    observed: [
      { what: 'verdict', value: summaryValue(word, leaking.length > 0 ? leaking : bytes) },
      ...(unseen.length > 0 ? [{ what: 'smallest-leak' as const, value: seenFrom(unseen) }] : []),
      ...(givenBack ? [{ what: 'given-back' as const, value: codeValue(givenBack) }] : []),
    ],
    ...(expected.verdict && {
      expected: [
        { what: 'verdict', value: summaryValue(expected.verdict) },
        ...(givenBack && expected.givenBack
          ? [{ what: 'given-back' as const, value: codeValue(expected.givenBack) }]
          : []),
      ],
    }),
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      `${versionWords(seen.versions)}; ${perUnit(seen)}`,
      ...decided.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...others.map(({ metric, reasons }) => `${metric}, shown only: ${reasons[0] ?? ''}`),
      ...expected.kept,
      ...(seen.forgotten ?? []).filter(({ metric }) => metric === 'heap-alloc').map(forgottenLine),
      ...noteLines(seen.notes, seen.idle, lastDose(seen), 'exec'),
    ],
    slopes: [...decided, ...others].map(slopeFigure),
    // An exec that runs on is no bug.
    bug: word === 'inconclusive' ? 'unknown' : word === 'leak' && works[work].isReported ? 'present' : 'absent',
  };
}

/** Whether more doses are needed to decide on the counts; on bytes it would take thousands. */
export function isUndecided(dosed: Dosed): boolean {
  return countVerdicts(dosed).some(({ verdict }) => verdict === 'inconclusive');
}

function countVerdicts(dosed: Dosed): (SlopeVerdict & { metric: CountMetric })[] {
  return counts.flatMap((metric) => {
    const verdict = verdictOn(dosed, metric);
    return verdict ? [{ ...verdict, metric }] : [];
  });
}

/** Of the controls, the counts alone decide. */
function memoryVerdicts(work: WorkName, dosed: Dosed): (SlopeVerdict & { metric: MemoryMetric })[] {
  if (!works[work].isReported) return [];
  return memories.flatMap((metric) => {
    const verdict = verdictOn(dosed, metric);
    return verdict ? [{ ...asFarAsSeen(verdict), metric }] : [];
  });
}

function seenFrom(verdicts: readonly SlopeVerdict[]): Value {
  const limits = verdicts.map(({ metric, unit, per, detectionLimit }) => ({ metric, unit, per, detectionLimit }));
  return { kind: 'seen-from', limits };
}

function forgottenCode(series: NonNullable<ExecChurnObservations['forgotten']>): Code {
  const heap = series.find(({ metric }) => metric === 'heap-alloc');
  if (!heap) return 'never';
  const { recovery, fraction } = judgeRecovery(heap);
  if (recovery === 'nothing-to-recover') return 'nothing-kept';
  return recovery === 'full' || (fraction ?? 0) >= forgottenShare ? 'when-execs-collected' : 'never';
}

function forgottenLine(series: NonNullable<ExecChurnObservations['forgotten']>[number]): string {
  return `after the last dose: ${series.metric}: ${judgeRecovery(series).reasons[0] ?? ''}`;
}

function versionWords({ containerd = 'unknown', runc = 'unknown' }: RuntimeVersions): string {
  return `containerd ${containerd}, runc ${runc}`;
}

function perUnit({ tally: { asked, seconds } }: ExecChurnObservations): string {
  return `${((1000 * seconds) / Math.max(1, asked)).toFixed(0)} ms each, one after the other`;
}

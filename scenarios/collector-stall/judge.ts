import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import { noteLines } from '../../harness/figures/note-lines.ts';
import { judgeRecovery } from '../../harness/judge/recovery.ts';
import type { Series } from '../../harness/evidence/series.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { compareVersions, isBefore } from '../../harness/core/version.ts';
import { type Cell, controlOf } from '../../harness/core/cell.ts';
import { checkOf, countCheck, slopeCheck, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue, type Value } from '../../harness/judge/value.ts';
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
import type { CollectorStallObservations } from './observations.ts';
import { containerdEraOf } from './containerd-eras.ts';
import type { ContainerdFate } from '../../harness/evidence/containerd-fate.ts';
import { level } from './factors.ts';

/**
 * The metrics that decide. They repeat from run to run, and come back when a client goes; RSS does not (Go keeps what
 * it had for minutes), and is shown only.
 */
const deciding = ['fds', 'goroutines', 'heap-alloc'];

/** Shown beside them. */
const shown = [...deciding, 'heap-alloc-before-gc', 'stacks', 'rss'];

/**
 * Versions whose heap cannot decide within a run: each request to the API, of any kind, leaves 2.2 KB of its
 * OpenTelemetry span, which is freed after one to two minutes. Found on 26.1.5 by a control that was not clean: 6,000
 * times GET /_ping left 13 MB, of which all but 1.5 MB was back after two idle minutes. 20.10.24 and 28.5.2 do not do it; what
 * lies between has not been measured, so its heap does not decide either.
 */
const keepsSpans = { from: '25', until: '28' };

/**
 * The metrics that decide. A control answers one question, whether calls are kept or not: its heap is shown only. Of 22 clean
 * controls on real dockers the heap left 8 undecided and got 1 wrong, with 0.000 file descriptors and goroutines in all.
 */
function decidingFor(cell: Cell, version: string): string[] {
  if (controlOf(cell) !== undefined) return deciding.filter((metric) => metric !== 'heap-alloc');
  const kept = compareVersions(version, keepsSpans.from) >= 0 && isBefore(version, keepsSpans.until);
  return kept ? deciding.filter((metric) => metric !== 'heap-alloc') : deciding;
}

/** Judges a cell of collector-stall by its observations alone. */
export function judgeCollectorStall(cell: Cell, version: string, seen: CollectorStallObservations): Judgement {
  const stalled = level(cell, 'collector') === 'stalled';
  const client = behaviourNamed(level(cell, 'client'));
  const letsGo = client.onGivingUp === 'closes';
  const known = !stalled || letsGo || client.onGivingUp === undefined || client.onGivingUp === 'nothing';
  const leaks = stalled && !letsGo;
  const verdicts = shown.map((metric) => verdictOf(seen, metric));
  const metrics = decidingFor(cell, version);
  const ofDaemon = verdicts.filter(({ metric }) => metrics.includes(metric));
  // The calls wait in dockerd: a stopped containerd does not see them, and one that answers keeps nothing of an answer.
  const runtime = judgeRuntime(seen, expectedOfRuntime(version));
  const expected = known ? (leaks ? 'leak' : 'no-leak') : undefined;
  const { dosed, released } = seen.client;
  const calls = lastDose(seen);
  if (seen.containerd && (seen.containerd === 'replaced' || containerdEraOf(version)?.fate !== 'waited-for')) {
    return judgeReplacement(version, seen, seen.containerd, [...verdicts, ...runtime.decided, ...runtime.shown]);
  }
  const answered = dosed.answered - seen.warmUp;
  const checks: Check[] = [
    countCheck('calls-sent', dosed.sent - seen.warmUp, calls, 'calls', [JSON.stringify(dosed)]),
    checkOf('calls-failed', failuresValue(dosed.failures), failuresValue({})),
    // A fault that did not happen is no evidence that there is no bug.
    checkOf(
      'calls-at-last-dose',
      callsValue(answered, stalled ? dosed.open : undefined),
      stalled ? callsValue(0, leaks ? calls : 0) : callsValue(calls),
      [JSON.stringify(dosed)],
    ),
    ...ofDaemon.map((verdict) => slopeCheck(verdict, expected)),
    ...runtime.checks,
    ...(leaks && known
      ? [
          countCheck('answers-after-release', released.answered - seen.warmUp, calls, 'calls', [
            JSON.stringify(released),
          ]),
        ]
      : []),
  ];
  const word = wordOf([...ofDaemon, ...runtime.decided]);
  const all = [...verdicts, ...runtime.decided, ...runtime.shown];
  return {
    observed: [{ what: 'verdict', value: summaryValue(word, [...ofDaemon, ...leakingOf(runtime)]) }],
    ...(expected && { expected: [{ what: 'verdict', value: summaryValue(expected) }] }),
    reason: reasonOf(stalled, letsGo, known),
    reference: 'measured on 18.09.0, 20.10.5, 20.10.24, 26.1.5 and 28.5.2',
    checks,
    figures: figuresOf(seen, all),
    slopes: all.map(slopeFigure),
    bug: word === 'inconclusive' ? 'unknown' : word === 'leak' ? 'present' : 'absent',
  };
}

/**
 * Judges a cell whose dockerd does not wait for a stopped containerd, or is not known to. When it replaces containerd is a race with the
 * doses: that it does, and that every call is answered then, is what decides, and not how many calls were held until then.
 */
function judgeReplacement(
  version: string,
  seen: CollectorStallObservations,
  containerd: ContainerdFate,
  verdicts: SlopeVerdict[],
): Judgement {
  const { fate, reason, reference } = containerdEraOf(version) ?? {};
  const { released } = seen.client;
  const isReplaced = containerd === 'replaced';
  const [sent, answered] = [released.sent - seen.warmUp, released.answered + released.givenUp - seen.warmUp];
  return {
    observed: [
      { what: 'stopped-containerd', value: codeValue(containerd) },
      { what: 'calls-done', value: { kind: 'share', count: answered, of: sent, unit: 'calls' } },
    ],
    ...(fate && {
      expected: [
        { what: 'stopped-containerd', value: codeValue(fate) },
        { what: 'calls-done', value: { kind: 'share', count: sent, of: sent, unit: 'calls' } },
      ],
    }),
    reason: reason ?? 'no docker before 1.12 has been measured',
    reference: reference ?? 'none',
    checks: [
      checkOf('stopped-containerd', codeValue(containerd), fate && codeValue(fate)),
      checkOf('calls-failed', failuresValue(released.failures), failuresValue({})),
      countCheck('calls-done', answered, sent, 'calls', [JSON.stringify(released)]),
    ],
    figures: figuresOf(seen, verdicts),
    slopes: verdicts.map(slopeFigure),
    bug: isReplaced ? 'absent' : 'unknown',
  };
}

/** Whether more doses may settle a metric that decides. */
export function isUndecided(cell: Cell, version: string, series: Series[], idle: Series[]): boolean {
  const dosed = { series, idle };
  const verdicts = [
    ...decidingFor(cell, version).map((metric) => verdictOf(dosed, metric)),
    ...judgeRuntime(dosed, expectedOfRuntime(version)).decided,
  ];
  return verdicts.some(({ verdict }) => verdict === 'inconclusive');
}

/** A metric that every cell of this scenario has. */
function verdictOf(seen: Dosed, metric: string): SlopeVerdict {
  const verdict = verdictOn(seen, metric);
  if (!verdict) throw new RangeError(`the cell has no series of ${metric}`);
  return verdict;
}

function figuresOf(seen: CollectorStallObservations, verdicts: SlopeVerdict[]): string[] {
  const back = seen.recovery
    .filter(({ metric }) => shown.includes(metric))
    .map((series) => judgeRecovery(series))
    .filter(({ recovery }) => recovery !== 'nothing-to-recover')
    .map(
      ({ metric, recovery, fraction }) =>
        `${metric} ${recovery}${fraction === null ? '' : ` (${Math.round(fraction * 100)} %)`}`,
    );
  return [
    ...slopeLines(verdicts),
    ...(back.length > 0 ? [`after the clients have gone: ${back.join(', ')}`] : []),
    ...(seen.releaseSeconds === undefined
      ? []
      : [`released, every waiting call was answered within ${seen.releaseSeconds.toFixed(1)} s`]),
    ...noteLines(seen.notes, seen.idle, lastDose(seen)),
    ...callerLines(seen.callers, seen.nameless, { pid: seen.client.pid, calls: seen.client.dosed.sent - seen.warmUp }),
  ];
}

function failuresValue(counts: Readonly<Record<string, number>>): Value {
  return { kind: 'failures', counts };
}

/** Calls that were answered, and those that the daemon held, where it was to hold any. */
function callsValue(answered: number, held?: number): Value {
  const counts = [{ code: 'answered' as const, count: answered }];
  return { kind: 'tally', counts: held === undefined ? counts : [...counts, { code: 'held', count: held }] };
}

function reasonOf(stalled: boolean, letsGo: boolean, known: boolean): string {
  if (!stalled)
    return 'the collector publishes every second: each call is answered and releases what it held (clean control)';
  if (letsGo) return 'the route is cancelled when the connection closes, and its goroutines and buffers go with it';
  if (!known) return 'this client has not been measured on a stalled collector yet';
  return 'a call waits for two publications of a collector that waits for containerd, and its client waits for ever (planted leak)';
}

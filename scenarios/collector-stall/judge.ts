import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import { noteLines } from '../../harness/dosing/notes.ts';
import { judgeRecovery } from '../../harness/judge/recovery.ts';
import type { Series } from '../../harness/judge/sample.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { compareVersions, isBefore } from '../../harness/core/version.ts';
import type { Cell } from '../../harness/core/cell.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import {
  callerLines,
  checkOf,
  lastDose,
  slopeCheck,
  slopeFigure,
  slopeLines,
  verdictOn,
  type Dosed,
} from '../common/dose-response.ts';
import type { CollectorStallObservations } from './observations.ts';
import { containerdEraOf, type ContainerdFate } from './containerd-eras.ts';
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
  if (cell['control'] !== undefined) return deciding.filter((metric) => metric !== 'heap-alloc');
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
  const decided = verdicts.filter(({ metric }) => metrics.includes(metric));
  const expected = known ? (leaks ? 'leak' : 'no-leak') : undefined;
  const { dosed, released } = seen.client;
  const calls = lastDose(seen);
  if (seen.containerd && (seen.containerd === 'replaced' || containerdEraOf(version)?.fate !== 'waited-for')) {
    return judgeReplacement(version, seen, seen.containerd, verdicts);
  }
  const answered = dosed.answered - seen.warmUp;
  const checks: Check[] = [
    checkOf('calls sent', `${dosed.sent - seen.warmUp}`, `${calls}`, [JSON.stringify(dosed)]),
    checkOf('calls that failed', failuresIn(dosed.failures), 'none', []),
    // A fault that did not happen is no evidence that there is no bug.
    checkOf(
      'calls at the last dose',
      stalled ? `${answered} answered, ${dosed.open} held` : `${answered} answered`,
      stalled ? `0 answered, ${leaks ? calls : 0} held` : `${calls} answered`,
      [JSON.stringify(dosed)],
    ),
    ...decided.map((verdict) => slopeCheck(verdict, expected)),
    ...(leaks && known
      ? [
          checkOf('answers after the release', `${released.answered - seen.warmUp}`, `${calls}`, [
            JSON.stringify(released),
          ]),
        ]
      : []),
  ];
  const word = summary(decided);
  return {
    observed: `${word}: ${decided.map(slopeText).join(', ')}`,
    expected: expected ?? 'not known yet',
    reason: reasonOf(stalled, letsGo, known),
    reference: 'measured on 18.09.0, 20.10.5, 20.10.24, 26.1.5 and 28.5.2',
    checks,
    figures: figuresOf(seen, verdicts),
    slopes: verdicts.map(slopeFigure),
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
    observed: `containerd ${containerd}, ${answered} of ${sent} calls answered or given up`,
    expected: fate === undefined ? 'not known yet' : `containerd ${fate}, and every call answered`,
    reason: reason ?? 'no docker before 1.12 has been measured',
    reference: reference ?? 'none',
    checks: [
      checkOf('a stopped containerd', containerd, fate, []),
      checkOf('calls that failed', failuresIn(released.failures), 'none', []),
      checkOf('calls answered or given up in the end', `${answered}`, `${sent}`, [JSON.stringify(released)]),
    ],
    figures: figuresOf(seen, verdicts),
    slopes: verdicts.map(slopeFigure),
    bug: isReplaced ? 'absent' : 'unknown',
  };
}

/** Whether more doses may settle a metric that decides. */
export function isUndecided(cell: Cell, version: string, series: Series[], idle: Series[]): boolean {
  return decidingFor(cell, version).some((metric) => verdictOf({ series, idle }, metric).verdict === 'inconclusive');
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

/** The counts by name of error. */
function failuresIn(failures: Readonly<Record<string, number>>): string {
  return (
    Object.entries(failures)
      .map(([error, count]) => `${count} with ${error}`)
      .join(', ') || 'none'
  );
}

/** A leak in one deciding metric is a leak; acquitted is who is acquitted in all. */
function summary(verdicts: SlopeVerdict[]): SlopeVerdict['verdict'] {
  if (verdicts.some(({ verdict }) => verdict === 'leak')) return 'leak';
  return verdicts.every(({ verdict }) => verdict === 'no-leak') ? 'no-leak' : 'inconclusive';
}

function slopeText({ metric, slope, unit }: SlopeVerdict): string {
  const rounded = unit === 'bytes' ? Math.round(slope).toLocaleString('en') : slope.toFixed(3);
  return `${rounded} ${metric === unit ? unit : `${metric} ${unit}`}`;
}

function reasonOf(stalled: boolean, letsGo: boolean, known: boolean): string {
  if (!stalled)
    return 'the collector publishes every second: each call is answered and releases what it held (clean control)';
  if (letsGo) return 'the route is cancelled when the connection closes, and its goroutines and buffers go with it';
  if (!known) return 'this client has not been measured on a stalled collector yet';
  return 'a call waits for two publications of a collector that waits for containerd, and its client waits for ever (planted leak)';
}

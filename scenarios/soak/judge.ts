import { behaviourNamed } from '../../harness/clients/common/behaviour.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import type { SoakRecord } from '../../harness/evidence/soak-record.ts';
import { autocorrelatedSlope, type TimedSlope } from '../../harness/judge/autocorrelated-slope.ts';
import { checkOf, countCheck, slopeCheck, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue, type Value } from '../../harness/judge/value.ts';
import type { SlopeFigure, SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { summaryValue, verdictOn, wordOf } from '../common/dose-response.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { expectedOfRuntime } from '../common/runtime/judge-runtime.ts';
import { runtimeCounts, runtimeMemory } from '../common/runtime/metrics.ts';
import { leavesCalls, reasonOfClient, statsFacts } from '../common/stats-clients.ts';
import { compareWithDose, type Comparison } from './comparison.ts';
import { level } from './factors.ts';
import type { SoakObservations } from './observations.ts';
import { callsOf, secondsOf } from './segments.ts';

/** The metric of dockerd that decides, as in a dose; the counts of containerd and the shims do as well. The others are shown where they were read. */
const deciding = 'fds';
const shown = ['goroutines', 'heap-alloc', 'stacks', 'rss', ...runtimeMemory];

/** Seconds of an hour. */
const hour = 3600;

/** What a soak says about one metric. */
interface Soaked {
  metric: string;
  unit: string;
  granularity: number;
  perCall: TimedSlope;
  perHour: TimedSlope;
  verdict: SlopeVerdict['verdict'];
  /** In the unit, per call: one step over all calls of the soak. */
  threshold: number;
  comparison?: Comparison;
}

/** Judges a cell of soak by its observations alone. */
export function judgeSoak(cell: Cell, version: string, seen: SoakObservations, commit?: string): Judgement {
  const client = behaviourNamed(level(cell, 'client'));
  const era = eraOf(version, levelOf(cell, 'daemon'), commit);
  const answer = era?.stats;
  const expected = answer && (leavesCalls(client, answer) ? 'leak' : 'no-leak');
  const main = soakedOf(deciding, seen);
  const ofRuntime = expectedOfRuntime(version);
  const counts = runtimeCounts.flatMap((metric) => {
    const one = soakedOf(metric, seen);
    return one ? [{ ...one, metric }] : [];
  });
  const decided = [...(main ? [main] : []), ...(ofRuntime ? counts : [])];
  const soaked = [...(main ? [main] : []), ...shown.flatMap((metric) => soakedOf(metric, seen) ?? []), ...counts];
  const { soak } = seen;
  const containers = callsARound(seen);
  const checks: Check[] = [
    checkOf('stats-call', codeValue(seen.answer.answer), answer && codeValue(answer)),
    // A schedule that was not kept is no evidence.
    countCheck('calls-sent', seen.client.sent, (seen.client.rounds ?? 0) * containers, 'calls', [
      JSON.stringify(seen.client),
    ]),
    ...(main
      ? [
          slopeCheck({ metric: deciding, verdict: main.verdict, reasons: [lineOf(main)] }, expected),
          ...(main.comparison
            ? [checkOf('soak-as-dose', codeValue(main.comparison.result), codeValue('agrees'), [main.comparison.line])]
            : []),
        ]
      : []),
    ...(ofRuntime ? counts.map((one) => slopeCheck({ ...one, reasons: [lineOf(one)] }, ofRuntime[one.metric])) : []),
  ];
  return {
    ...statsFacts(
      { answer: seen.answer.answer, verdict: main ? summaryOf(main, decided) : { kind: 'unknown' } },
      { answer, verdict: expected },
    ),
    reason: reasonOfClient(client, answer),
    reference: era?.reference ?? 'none',
    checks,
    figures: [
      watchedLine(soak),
      ...soaked.flatMap((one) => [lineOf(one), ...(one.comparison ? [`  ${one.comparison.line}`] : [])]),
      ...logLine(seen),
    ],
    slopes: soaked.map(figureOf),
    bug: seen.answer.answer === 'hangs' ? 'present' : 'absent',
  };
}

function soakedOf(metric: string, { soak, dose }: SoakObservations): Soaked | undefined {
  const about = soak.metrics.find((one) => one.metric === metric);
  if (!about) return undefined;
  const { unit, granularity } = about;
  // All calls together have added less than a step: no slope that is above the threshold fits that, however few samples there are.
  const isFlat = spreadOf(soak, metric) <= granularity;
  const readings = (at: 'calls' | 'seconds', scale: number) =>
    soak.samples.flatMap(({ segment, values, ...sample }) => {
      const value = values[metric];
      return value === undefined ? [] : [{ at: sample[at] / scale, value, segment }];
    });
  const doing = `judging ${metric}`;
  const perCall = autocorrelatedSlope(readings('calls', 1), granularity, doing);
  const perHour = autocorrelatedSlope(readings('seconds', hour), granularity, doing);
  const threshold = granularity / Math.max(1, callsOf(soak.samples));
  const isNone = isFlat || perCall.high < noneBelow(unit, threshold);
  const verdict = perCall.low > threshold ? 'leak' : isNone ? 'no-leak' : 'inconclusive';
  const dosed = verdictOn(dose, metric);
  return {
    metric,
    unit,
    granularity,
    perCall,
    perHour,
    verdict,
    threshold,
    ...(dosed && { comparison: compareWithDose(dosed, perCall, threshold) }),
  };
}

/** The difference of the largest and the smallest reading, of the segment in which it is largest. */
function spreadOf({ samples }: SoakRecord, metric: string): number {
  const segments = Map.groupBy(samples, ({ segment }) => segment);
  const spreads = [...segments.values()].map((all) => {
    const values = all.flatMap((one) => one.values[metric] ?? []);
    return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
  });
  return Math.max(0, ...spreads);
}

/**
 * A slope that is surely smaller is none: four steps over all calls, as calls that are under way at the first and the last sample come
 * and go, or a quarter of a descriptor or goroutine per call: a call that leaks keeps one at least on every docker that was measured.
 */
function noneBelow(unit: string, threshold: number): number {
  return Math.max(4 * threshold, unit === 'bytes' ? 0 : 1 / 4);
}

/** For how long a soak watched its daemon, and why it ended. */
export function watchedLine(soak: SoakRecord): string {
  const calls = soak.samples.at(-1)?.calls ?? 0;
  return (
    `watched for ${secondsOf(soak.samples).toFixed(0)} s in ${segmentsOf(soak)}, ${soak.samples.length} samples, ` +
    `${calls} calls in the last segment; ended by: ${soak.end}`
  );
}

function segmentsOf({ samples }: SoakRecord): string {
  const count = new Set(samples.map(({ segment }) => segment)).size;
  return count === 1 ? 'one segment' : `${count} segments`;
}

/** Calls of one round: the first sample comes after the first round. */
function callsARound({ soak, client }: SoakObservations): number {
  const segment = soak.samples.at(-1)?.segment;
  const first = soak.samples.find((sample) => sample.segment === segment);
  return first?.calls ?? client.sent;
}

function lineOf({ metric, unit, perCall, perHour, verdict, threshold }: Soaked): string {
  const digits = unit === 'bytes' ? 0 : 3;
  const seen = `a leak of ${(threshold + perCall.slope - perCall.low).toFixed(digits)} ${unit} per call or more would have been seen`;
  return [
    `${metric}: ${verdict}. ${slopeWords(perCall, digits)} ${unit} per call, ${slopeWords(perHour, 0)} per hour`,
    `${perCall.n} samples are worth ${Math.max(1, perCall.worth).toFixed(0)} independent ones`,
    ...(verdict === 'leak' ? [] : [seen]),
  ].join('; ');
}

function slopeWords({ slope, low, high }: TimedSlope, digits: number): string {
  return `${slope.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** The growth of dockerd's log: no leak, and the reason for one that fills a disk. */
function logLine({ soak }: SoakObservations): string[] {
  const grown = soak.samples.flatMap(({ segment, seconds, values }) => {
    const value = values['log'];
    return value === undefined ? [] : [{ at: seconds / hour, value, segment }];
  });
  if (grown.length === 0) return [];
  const { slope } = autocorrelatedSlope(grown, 1, 'judging log');
  return [`log of dockerd, at level debug: ${slope.toFixed(0)} bytes per hour`];
}

/** The line of a cell: the slope of dockerd, and those of containerd and the shims that leak. */
function summaryOf(main: Soaked, decided: readonly Soaked[]): Value {
  const told = decided.filter((one) => one === main || one.verdict === 'leak');
  return summaryValue(wordOf(decided), told.map(slopeOf));
}

function slopeOf({ metric, unit, perCall }: Soaked) {
  return { metric, unit, per: 'call', slope: perCall.slope };
}

function figureOf({ metric, unit, verdict, perCall, threshold }: Soaked): SlopeFigure {
  const { slope, low, high, intercept } = perCall;
  return { metric, unit, per: 'call', verdict, slope, intercept, low, high, threshold };
}

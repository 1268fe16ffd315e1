import { withKnownStep } from '../../harness/judge/granularity.ts';
import { callsPerDay, project } from '../../harness/judge/projection.ts';
import type { Series } from '../../harness/judge/sample.ts';
import { judge } from '../../harness/judge/verdict.ts';
import type { SlopeFigure, SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import type { Caller, NamelessConnections } from '../../harness/probes/callers.ts';
import type { Check } from '../../harness/judge/judgement.ts';
import { shortCommand } from '../../harness/core/short-command.ts';

/** The common part of the judgements of scenarios that apply doses. */
export interface Dosed {
  series: Series[];
  /** The same metrics on the same schedule, without work. */
  idle: Series[];
}

/** The site from which the reports came: 20 containers, asked every 10 s. */
const production = { containers: 20, everySeconds: 10 };

/** Rows of the caller table; those with most connections come first. */
const callersShown = 8;

/** The verdict on a metric; undefined when the cell has no such series. */
export function verdictOn({ series, idle }: Dosed, metric: string): SlopeVerdict | undefined {
  const one = series.find((candidate) => candidate.metric === metric);
  const calm = idle.find((candidate) => candidate.metric === metric);
  return one && calm && judge(withKnownStep(one), withKnownStep(calm));
}

/** Units of dose at the last reading. */
export function lastDose({ series }: Dosed): number {
  return series[0]?.points.at(-1)?.dose ?? 0;
}

/** A check that is met when the strings are equal, or when the expected value is not known. */
export function checkOf(what: string, observed: string, expected: string | undefined, evidence: string[]): Check {
  return { what, observed, ...(expected && { expected }), asExpected: !expected || observed === expected, evidence };
}

/** A check of a slope; one that the samples do not decide is no surprise and no pass. */
export function slopeCheck({ metric, verdict, reasons }: SlopeVerdict, expected: string | undefined): Check {
  return { ...checkOf(metric, verdict, expected, reasons), ...(verdict === 'inconclusive' && { undecided: true }) };
}

/** The figures that are stored of a verdict, for comparison with later nights. */
export function slopeFigure({ interval, threshold, ...verdict }: SlopeVerdict): SlopeFigure {
  const { metric, unit, per, slope, intercept } = verdict;
  const { low, high } = interval;
  return { metric, unit, per, verdict: verdict.verdict, slope, intercept, low, high, threshold: threshold.value };
}

/** A line a verdict, and what a leak comes to in a day of production. */
export function slopeLines(verdicts: SlopeVerdict[]): string[] {
  const aDay = callsPerDay(production.containers, production.everySeconds);
  return verdicts.flatMap((verdict) => [
    `${verdict.metric}: ${verdict.verdict}. ${verdict.reasons[0] ?? ''}`,
    ...(verdict.verdict === 'leak' ? [`  ${project(verdict, aDay).text}`] : []),
  ]);
}

/**
 * The table that leads an operator to the agent.
 *
 * @param sent the calls of the one client that has reported them: the daemon counts none, and connections are all that can be
 * seen of the others.
 */
export function callerLines(
  callers: Caller[],
  nameless: NamelessConnections = { gone: 0, unseen: 0 },
  sent?: { pid: number; calls: number },
): string[] {
  const others = [
    ...(nameless.gone > 0
      ? [`  ${counted(nameless.gone)} whose client has closed its end: dockerd keeps its own`]
      : []),
    ...(nameless.unseen > 0 ? [`  ${counted(nameless.unseen)} of processes that cannot be seen from here`] : []),
  ];
  if (callers.length + others.length === 0) return [];
  const lines = callers.slice(0, callersShown).map(({ pid, user, command, age, connections, container }) => {
    const inside = container ? `, in container ${container.name ?? container.id.slice(0, 12)}` : '';
    const calls = pid === sent?.pid ? `, ${sent.calls} calls sent` : '';
    return `  ${counted(connections)} of process ${pid} (user ${user})${inside}, ${age.toFixed(0)} s old${calls}: ${shortCommand(command)}`;
  });
  const rest = callers.slice(callersShown);
  const more = rest.reduce((sum, { connections }) => sum + connections, 0);
  return [
    'who is calling:',
    ...lines,
    ...(more > 0 ? [`  and ${more} more of ${rest.length} processes`] : []),
    ...others,
  ];
}

function counted(connections: number): string {
  return `${connections} ${connections === 1 ? 'connection' : 'connections'}`;
}

import { withKnownStep } from '../../harness/judge/granularity.ts';
import { callsPerDay, project } from '../../harness/judge/projection.ts';
import type { Series } from '../../harness/evidence/series.ts';
import { judge } from '../../harness/judge/verdict.ts';
import type { SlopeFigure, SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import type { Caller } from '../../harness/evidence/callers.ts';
import type { NamelessConnections } from '../../harness/evidence/nameless-connections.ts';
import type { Value } from '../../harness/judge/value.ts';
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

/** A leak in one deciding metric is a leak; acquitted is who is acquitted in all. */
export function wordOf(verdicts: readonly Pick<SlopeVerdict, 'verdict'>[]): SlopeVerdict['verdict'] {
  if (verdicts.some(({ verdict }) => verdict === 'leak')) return 'leak';
  return verdicts.every(({ verdict }) => verdict === 'no-leak') ? 'no-leak' : 'inconclusive';
}

/** Units of dose at the last reading. */
export function lastDose({ series }: Dosed): number {
  return series[0]?.points.at(-1)?.dose ?? 0;
}

/** A verdict for the line of a cell, with the slopes that it is about where they are told. */
export function summaryValue(
  verdict: SlopeVerdict['verdict'],
  slopes: readonly Pick<SlopeVerdict, 'metric' | 'unit' | 'per' | 'slope'>[] = [],
): Value {
  const told = slopes.map(({ metric, unit, per, slope }) => ({ metric, unit, per, slope }));
  return { kind: 'verdict', verdict, ...(told.length > 0 && { slopes: told }) };
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

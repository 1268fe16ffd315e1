import type { Caller } from '../../evidence/callers.ts';
import type { Report } from '../../evidence/client-report.ts';
import type { CpuUses } from '../../evidence/cpu-use.ts';
import type { CrossCheck } from '../../evidence/cross-checks.ts';
import type { ExecTally } from '../../evidence/exec-tally.ts';
import type { GoroutineGroups } from '../../evidence/goroutine-groups.ts';
import type { HeapProfiles } from '../../evidence/heap-profiles.ts';
import type { LogRates } from '../../evidence/log-rates.ts';
import type { ProbeCost } from '../../evidence/reading-costs.ts';
import { shortName } from '../../profile/function-name.ts';
import { html, type Html, type Part } from '../markup/html.ts';
import { number, numberOr, rowsOf } from './renderer.ts';

/** The callers that hold connections to the daemon. */
export function callerTable(what: string, callers: readonly Caller[]): Html | undefined {
  const all = callers.reduce((sum, { connections }) => sum + connections, 0);
  const rows = callers.map(({ pid, user, command, age, connections, container }) => [
    connections,
    `${((100 * connections) / Math.max(1, all)).toFixed(0)} %`,
    pid,
    user,
    container?.name ?? container?.id.slice(0, 12) ?? '',
    `${age.toFixed(0)} s`,
    html`<code>${command}</code>`,
  ]);
  return rowsOf(what, ['connections', 'share', 'process', 'user', 'container', 'age', 'command'], rows);
}

/** The growth of the daemon's heap, by the function that allocated it. */
export function heapTable(what: string, { growth }: HeapProfiles): Html | undefined {
  const bytes = (count: number) => Math.round(count).toLocaleString('en');
  const rows = growth.map(({ function: name, flat, cum }) => [
    bytes(flat),
    bytes(cum),
    html`<code>${shortName(name)}</code>`,
  ]);
  return rowsOf(what, ['flat bytes', 'cum bytes', 'function'], rows);
}

/** Goroutines by the place where they wait. */
export function goroutineTable(what: string, { groups, others }: GoroutineGroups): Html | undefined {
  // An earlier lab did not look at the goroutines before the doses.
  const isCompared = groups.some(({ before }) => before !== undefined);
  const grown = ({ count, before = 0 }: GoroutineGroups['groups'][number]) => number(count - before);
  const shown = isCompared ? groups.toSorted((a, b) => b.count - (b.before ?? 0) - a.count + (a.before ?? 0)) : groups;
  const rows: Part[][] = shown.map((group) => [
    number(group.count),
    ...(isCompared ? [grown(group)] : []),
    html`<code>${group.frames.map(shortName).join(' ← ')}</code>`,
  ]);
  const rest =
    others.count > 0
      ? [[number(others.count), ...(isCompared ? ['–'] : []), `in ${others.groups} smaller groups`]]
      : [];
  const heads = ['goroutines', ...(isCompared ? ['more than before the doses'] : []), 'where they wait'];
  return rowsOf(what, heads, [...rows, ...rest]);
}

/** The calls of a client by their fate, and what the client itself uses. */
export function reportTable(what: string, report: Report): Html | undefined {
  const failures = Object.entries(report.failures).map(([error, count]) => [
    `calls that failed with ${error}`,
    number(count),
  ]);
  return rowsOf(
    what,
    ['what', 'number'],
    [
      ['calls sent', number(report.sent)],
      ['connections open', number(report.open)],
      ['calls answered', number(report.answered)],
      ['calls given up', number(report.givenUp)],
      ...(report.unread === undefined ? [] : [['calls left with bytes unread', number(report.unread)]]),
      ['connections that the daemon closed', number(report.ended)],
      ['bytes read', number(report.bytes)],
      ...failures,
      ['seconds of the last order', number(report.seconds)],
      ['longest turn of its event loop, in milliseconds', numberOr(report.longestTurn)],
      ['bytes of it that are resident', number(report.rss)],
    ],
  );
}

/** The execs of a cell by their fate. */
export function execTable(what: string, { asked, done, failures, seconds }: ExecTally): Html | undefined {
  return rowsOf(
    what,
    ['what', 'number'],
    [
      ['asked for', number(asked)],
      ['done', number(done)],
      ...Object.entries(failures).map(([failure, count]) => [`failed: ${failure}`, number(count)]),
      ['seconds that they took', number(seconds)],
    ],
  );
}

/** The CPU time of the daemon. */
export function cpuTable(what: string, { idle, readings, work }: CpuUses): Html | undefined {
  const rows = Object.entries({ 'nothing to do': idle, 'being read': readings, 'with work': work }).map(
    ([name, { cpu, seconds }]) => [name, number(cpu), number(seconds)],
  );
  return rowsOf(what, ['the daemon', 'seconds of CPU time', 'in seconds'], rows);
}

/** The growth of the daemon's log. */
export function logRateTable(what: string, { seconds, lines, patterns, shapes }: LogRates): Html | undefined {
  const rows: Part[][] = [
    [number(lines), 'all lines'],
    ...Object.entries(patterns).map(([name, count]): Part[] => [number(count), html`pattern <code>${name}</code>`]),
    ...shapes.map((one): Part[] => [number(one.lines), html`<code>${one.shape}</code>`]),
  ];
  return rowsOf(`${what}, in ${number(seconds)} s`, ['lines', 'of'], rows);
}

/** The daemon's own figures beside those of the probes. */
export function crossCheckTable(what: string, checks: readonly CrossCheck[]): Html | undefined {
  const rows = checks.map(({ dose, said, probed }) => [
    number(dose),
    ...[said.fds, probed.fds, said.goroutines, probed.goroutines].map(numberOr),
  ]);
  return rowsOf(
    what,
    ['dose in calls', 'fds by GET /info', 'fds probed', 'goroutines by GET /info', 'goroutines probed'],
    rows,
  );
}

/** The time that readings took. */
export function costTable(what: string, costs: readonly ProbeCost[]): Html | undefined {
  const rows = costs.map(({ probe, milliseconds }) => [probe, milliseconds.map((one) => one.toFixed(1)).join(', ')]);
  return rowsOf(what, ['probe', 'milliseconds of each reading'], rows);
}

import { behaviourNamed, type Behaviour } from '../harness/clients/behaviour.ts';
import { callsPerDay, project } from '../harness/judge/projection.ts';
import { judge } from '../harness/judge/verdict.ts';
import type { SlopeVerdict } from '../harness/judge/verdict-record.ts';
import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import type { Check, Judgement } from '../harness/scenario.ts';
import { eraOf } from './netns-restore-expected.ts';
import type { StatsLeakObservations } from './stats-leak.ts';

/** What decides: descriptors repeat exactly, on real daemons and on the replica. The rest is shown where it is read. */
const deciding = 'fds';
const shown = [deciding, 'goroutines', 'heap-alloc', 'stacks', 'rss'];

/** The site from which the reports came: 20 containers, asked every 10 s. */
const production = { containers: 20, everySeconds: 10 };

/**
 * Whether a docker that hangs keeps what a client leaves behind, by what the client does when it gives up. Measured on
 * the real 1.13.1: a half-close counts as a disconnect, a second request keeps the call for ever.
 */
const keeps: Readonly<Record<NonNullable<Behaviour['onGivingUp']> | 'never', boolean>> = {
  never: true,
  nothing: true,
  'second-request': true,
  closes: false,
  'half-closes': false,
};

/** Judges a cell of stats-leak by its observations alone. */
export function judgeStatsLeak(cell: Cell, version: string, seen: StatsLeakObservations): Judgement {
  const client = behaviourNamed(levelOf(cell, 'client'));
  const answer = eraOf(version)?.stats;
  const leaks = answer === 'hangs' && keeps[client.onGivingUp ?? 'never'];
  const expected = answer && (leaks ? 'leak' : 'no-leak');
  const verdicts = shown.flatMap((metric) => verdictOf(seen, metric) ?? []);
  const decided = verdicts.filter(({ metric }) => metric === deciding);
  const { dosed } = seen.client;
  const calls = seen.series[0]?.points.at(-1)?.dose ?? 0;
  const answered = answer === 'hangs' ? 0 : calls;
  const [main] = decided;
  const checks: Check[] = [
    check('one call', seen.answer.answer, answer, [
      `GET /containers/c1/stats?stream=0 → ${seen.answer.answer} ${seen.answer.excerpt}`,
    ]),
    // A fault that did not happen acquits nobody; an empty 200 after a half-close is an answer without a value.
    check('calls sent', `${dosed.sent}`, `${calls}`, [JSON.stringify(dosed)]),
    check(
      'calls answered',
      `${client.onGivingUp === 'half-closes' ? answered : dosed.answered}`,
      answer && `${answered}`,
      [JSON.stringify(dosed)],
    ),
    ...decided.map((verdict) => slopeCheck(verdict, expected)),
  ];
  return {
    observed: `${seen.answer.answer} · ${main?.verdict ?? 'nothing read'}: ${main?.slope.toFixed(3) ?? '?'} fds a call`,
    expected: answer === undefined ? 'not known yet' : `${answer} · ${expected}`,
    reason: reasonOf(answer, leaks, client),
    reference: eraOf(version)?.reference ?? 'none',
    checks,
    figures: figuresOf(seen, verdicts),
    bug: seen.answer.answer === 'hangs' ? 'present' : 'absent',
  };
}

function verdictOf({ series, idle }: StatsLeakObservations, metric: string): SlopeVerdict | undefined {
  const one = series.find((candidate) => candidate.metric === metric);
  const calm = idle.find((candidate) => candidate.metric === metric);
  return one && calm && judge(one, calm);
}

function figuresOf(seen: StatsLeakObservations, verdicts: SlopeVerdict[]): string[] {
  const aDay = callsPerDay(production.containers, production.everySeconds);
  const lines = verdicts.flatMap((verdict) => [
    `${verdict.metric}: ${verdict.verdict}. ${verdict.reasons[0] ?? ''}`,
    ...(verdict.verdict === 'leak' ? [`  ${project(verdict, aDay).text}`] : []),
  ]);
  const who = seen.callers.map(({ pid, command, age, connections }) => {
    return `  ${connections} connections of process ${pid}, ${age.toFixed(0)} s old: ${command.slice(0, 120)}`;
  });
  return [...lines, ...(who.length > 0 ? ['who is calling:', ...who] : [])];
}

function check(what: string, observed: string, expected: string | undefined, evidence: string[]): Check {
  return { what, observed, ...(expected && { expected }), asExpected: !expected || observed === expected, evidence };
}

function slopeCheck({ metric, verdict, reasons }: SlopeVerdict, expected: string | undefined): Check {
  return { ...check(metric, verdict, expected, reasons), ...(verdict === 'inconclusive' && { undecided: true }) };
}

function reasonOf(answer: string | undefined, leaks: boolean, { onGivingUp }: Behaviour): string {
  if (answer === undefined) return 'nobody has measured such a docker yet';
  if (answer !== 'hangs') return 'every call is answered, with zeroes: it no longer hangs, but it is not fixed';
  if (leaks) return 'a call waits for publications that never come, and keeps its connection, channel and handlers';
  return onGivingUp === 'half-closes'
    ? 'a half-closed connection counts as a disconnect'
    : 'the route is cancelled when the connection closes';
}

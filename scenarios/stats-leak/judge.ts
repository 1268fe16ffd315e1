import type { Behaviour } from '../../harness/clients/common/behaviour.ts';
import { clientContainer, clientNamed } from '../../harness/clients/clients.ts';
import { noteLines } from '../../harness/dosing/notes.ts';
import type { Caller } from '../../harness/probes/callers.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import {
  callerLines,
  checkOf,
  lastDose,
  slopeCheck,
  slopeFigure,
  slopeLines,
  verdictOn,
} from '../common/dose-response.ts';
import { level } from './factors.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import type { StatsLeakObservations } from './observations.ts';

/** The metric that decides: descriptors repeat exactly, on real daemons and on the replica. The rest is shown where it is read. */
const deciding = 'fds';
const shown = [deciding, 'goroutines', 'heap-alloc', 'heap-alloc-before-gc', 'stacks', 'rss'];

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
export function judgeStatsLeak(cell: Cell, version: string, seen: StatsLeakObservations, commit?: string): Judgement {
  const client = clientNamed(level(cell, 'client'));
  const era = eraOf(version, levelOf(cell, 'daemon'), commit);
  const answer = era?.stats;
  const leaks =
    client.call === 'stream' ||
    client.stopsReadingAfter === 0 ||
    (answer === 'hangs' && keeps[client.onGivingUp ?? 'never']);
  const expected = answer && (leaks ? 'leak' : 'no-leak');
  const verdicts = shown.flatMap((metric) => verdictOn(seen, metric) ?? []);
  const decided = verdicts.filter(({ metric }) => metric === deciding);
  const { dosed, warmUp } = seen.client;
  const calls = lastDose(seen) + warmUp;
  // A client that never reads has no answer, even if one was sent.
  const answered = answer === 'hangs' || client.stopsReadingAfter === 0 ? 0 : calls;
  const [main] = decided;
  const checks: Check[] = [
    checkOf('one call', seen.answer.answer, answer, [
      `GET /containers/c1/stats?stream=0 → ${seen.answer.answer} ${seen.answer.excerpt}`,
    ]),
    // A fault that did not happen is no evidence that there is no bug.
    checkOf('calls sent', `${dosed.sent}`, `${calls}`, [JSON.stringify(dosed)]),
    checkOf('calls answered', `${dosed.answered}`, answer && `${answered}`, [JSON.stringify(dosed)]),
    // The empty 200 after a half-close comes when the client has given up: it is no answer, and it ends the connection.
    ...(client.onGivingUp === 'half-closes' && answer === 'hangs'
      ? [checkOf('connections ended by the daemon', `${dosed.ended}`, `${calls}`, [JSON.stringify(dosed)])]
      : []),
    // The kernel lists its connections in its own network namespace: a lab that looks only into the daemon's names no caller.
    ...(client.place === 'container' && leaks
      ? [checkOf('who holds most connections', containerName(seen.callers), clientContainer, [])]
      : []),
    ...decided.map((verdict) => slopeCheck(verdict, expected)),
  ];
  return {
    observed: `${seen.answer.answer} · ${main?.verdict ?? 'nothing read'}: ${main?.slope.toFixed(3) ?? '?'} fds a call`,
    expected: answer === undefined ? 'not known yet' : `${answer} · ${expected}`,
    reason: reasonOf(answer, leaks, client),
    reference: era?.reference ?? 'none',
    checks,
    figures: [
      ...slopeLines(verdicts),
      ...noteLines(seen.notes, seen.idle, calls),
      ...callerLines(seen.callers, seen.nameless, { pid: seen.client.pid, calls: dosed.sent }),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: seen.answer.answer === 'hangs' ? 'present' : 'absent',
  };
}

function containerName([first]: Caller[]): string {
  return first?.container?.name ?? 'no container';
}

function reasonOf(
  answer: string | undefined,
  leaks: boolean,
  { call, onGivingUp, stopsReadingAfter }: Behaviour,
): string {
  if (answer === undefined) return 'what this docker does with a lost container is not known yet';
  if (call === 'stream') return 'a stream lasts until the client closes it, read or not: on every docker';
  if (stopsReadingAfter === 0) return 'who is stopped neither reads nor closes, and keeps what it has: on every docker';
  if (answer !== 'hangs') return 'every call is answered, with zeroes: it no longer hangs, but it is not fixed';
  if (leaks) return 'a call waits for publications that never come, and keeps its connection, channel and handlers';
  return onGivingUp === 'half-closes'
    ? 'a half-closed connection counts as a disconnect'
    : 'the route is cancelled when the connection closes';
}

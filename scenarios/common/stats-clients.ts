import type { Behaviour } from '../../harness/clients/common/behaviour.ts';
import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue, type Value } from '../../harness/judge/value.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { summaryValue } from './dose-response.ts';

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

/** Whether calls of a client stay with a docker that answers a lost container so. */
export function leavesCalls(client: Behaviour, answer: StatsAnswer | undefined): boolean {
  return (
    client.call === 'stream' ||
    client.stopsReadingAfter === 0 ||
    (answer === 'hangs' && keeps[client.onGivingUp ?? 'never'])
  );
}

/** Why a client leaves calls, or leaves none. */
export function reasonOfClient(client: Behaviour, answer: StatsAnswer | undefined): string {
  const { call, onGivingUp, stopsReadingAfter } = client;
  if (answer === undefined) return 'what this docker does with a lost container is not known yet';
  if (call === 'stream') return 'a stream lasts until the client closes it, read or not: on every docker';
  if (stopsReadingAfter === 0) return 'who is stopped neither reads nor closes, and keeps what it has: on every docker';
  if (answer !== 'hangs') return 'every call is answered, with zeroes: it no longer hangs, but it is not fixed';
  if (leavesCalls(client, answer))
    return 'a call waits for publications that never come, and keeps its connection, channel and handlers';
  return onGivingUp === 'half-closes'
    ? 'a half-closed connection counts as a disconnect'
    : 'the route is cancelled when the connection closes';
}

/** A line for what a behaviour does in production, and a dose leaves out: calls go in bursts, and are given up on at the next tick. */
export function ignoredByDose({ period, givesUpAfter }: Behaviour): string[] {
  const time = givesUpAfter === undefined ? '' : ` and its time-out of ${givesUpAfter} s`;
  return [`not in this dose: the client's period of ${period} s${time}; the scenario soak keeps to them`];
}

/** The line of a cell: what a stats call of a lost container got, and the verdict; beside it what is expected, where that is known. */
export function statsFacts(
  seen: { answer: StatsAnswer; verdict: Value },
  expected: { answer: StatsAnswer | undefined; verdict: SlopeVerdict['verdict'] | undefined },
): Pick<Judgement, 'observed' | 'expected'> {
  const facts = (answer: StatsAnswer, verdict: Value) => [
    { what: 'stats-call' as const, value: codeValue(answer) },
    { what: 'verdict' as const, value: verdict },
  ];
  return {
    observed: facts(seen.answer, seen.verdict),
    ...(expected.answer && expected.verdict && { expected: facts(expected.answer, summaryValue(expected.verdict)) }),
  };
}

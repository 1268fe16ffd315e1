import { clientContainer, clientNamed } from '../../harness/clients/common/all-clients.ts';
import { noteLines } from '../../harness/figures/note-lines.ts';
import type { Caller } from '../../harness/evidence/callers.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
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
} from '../common/dose-response.ts';
import { ignoredByDose, leavesCalls, reasonOfClient, statsFacts } from '../common/stats-clients.ts';
import { expectedOfRuntime, judgeRuntime, leakingOf } from '../common/runtime/judge-runtime.ts';
import { level } from './factors.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import type { StatsLeakObservations } from './observations.ts';

/** The metric that decides: descriptors repeat exactly, on real daemons and on the replica. The rest is shown where it is read. */
const deciding = 'fds';
const shown = [deciding, 'goroutines', 'heap-alloc', 'heap-alloc-before-gc', 'stacks', 'rss'];

/** Judges a cell of stats-leak by its observations alone. */
export function judgeStatsLeak(cell: Cell, version: string, seen: StatsLeakObservations, commit?: string): Judgement {
  const client = clientNamed(level(cell, 'client'));
  const era = eraOf(version, levelOf(cell, 'daemon'), commit);
  const answer = era?.stats;
  const leaks = leavesCalls(client, answer);
  const expected = answer && (leaks ? 'leak' : 'no-leak');
  const verdicts = shown.flatMap((metric) => verdictOn(seen, metric) ?? []);
  const decided = verdicts.filter(({ metric }) => metric === deciding);
  // The calls wait in dockerd, or are answered by it: what the collector asks containerd for does not depend on their number.
  const runtime = judgeRuntime(seen, expectedOfRuntime(version));
  const word = wordOf([...decided, ...runtime.decided]);
  const all = [...verdicts, ...runtime.decided, ...runtime.shown];
  const { dosed, warmUp } = seen.client;
  const calls = lastDose(seen) + warmUp;
  // A client that never reads has no answer, even if one was sent.
  const answered = answer === 'hangs' || client.stopsReadingAfter === 0 ? 0 : calls;
  const [main] = decided;
  const checks: Check[] = [
    checkOf('stats-call', codeValue(seen.answer.answer), answer && codeValue(answer), [
      `GET /containers/c1/stats?stream=0 → ${seen.answer.answer} ${seen.answer.excerpt}`,
    ]),
    // A fault that did not happen is no evidence that there is no bug.
    countCheck('calls-sent', dosed.sent, calls, 'calls', [JSON.stringify(dosed)]),
    countCheck('calls-answered', dosed.answered, answer && answered, 'calls', [JSON.stringify(dosed)]),
    // The empty 200 after a half-close comes when the client has given up: it is no answer, and it ends the connection.
    ...(client.onGivingUp === 'half-closes' && answer === 'hangs'
      ? [countCheck('connections-ended', dosed.ended, calls, 'connections', [JSON.stringify(dosed)])]
      : []),
    // The kernel lists its connections in its own network namespace: a lab that looks only into the daemon's names no caller.
    ...(client.place === 'container' && leaks
      ? [checkOf('top-caller', topContainer(seen.callers), { kind: 'name', name: clientContainer })]
      : []),
    ...decided.map((verdict) => slopeCheck(verdict, expected)),
    ...runtime.checks,
  ];
  return {
    ...statsFacts(
      {
        answer: seen.answer.answer,
        verdict: main ? summaryValue(word, [main, ...leakingOf(runtime)]) : { kind: 'unknown' },
      },
      { answer, verdict: expected },
    ),
    reason: reasonOfClient(client, answer),
    reference: era?.reference ?? 'none',
    checks,
    figures: [
      ...slopeLines(all),
      ...noteLines(seen.notes, seen.idle, calls),
      ...ignoredByDose(client),
      ...callerLines(seen.callers, seen.nameless, { pid: seen.client.pid, calls: dosed.sent }),
    ],
    slopes: all.map(slopeFigure),
    bug: seen.answer.answer === 'hangs' ? 'present' : 'absent',
  };
}

function topContainer([first]: Caller[]): Value {
  const name = first?.container?.name;
  return { kind: 'name', ...(name !== undefined && { name }) };
}

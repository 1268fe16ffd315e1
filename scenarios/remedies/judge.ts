import type { StatsCall } from '../../harness/evidence/stats-call.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import { checkOf, slopeCheck, type Check, type Fact } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codesValue, codeValue, type Code, type Value } from '../../harness/judge/value.ts';
import { slopeFigure, summaryValue, verdictOn } from '../common/dose-response.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { remedyNamed } from './remedies.ts';
import { level } from './factors.ts';
import { expectationOf, type RemedyExpectation, type StuckFate } from './expected.ts';
import { judgeStarts } from './judge-starts.ts';
import { isOfLoss, isOfStarts, type Look, type LossObservations, type RemedyObservations } from './observations.ts';

/**
 * Judges a cell of remedies by its observations alone.
 *
 * @throws {RangeError} for observations that are neither of a host that has lost namespaces nor of one whose containers do not start
 */
export function judgeRemedy(cell: Cell, version: string, seen: RemedyObservations, commit?: string): Judgement {
  if (isOfStarts(seen)) return judgeStarts(level(cell, 'remedy'), seen);
  if (!isOfLoss(seen)) throw new RangeError('the observations are of no host that remedies knows');
  return judgeLoss(cell, version, seen, commit);
}

function judgeLoss(cell: Cell, version: string, seen: LossObservations, commit?: string): Judgement {
  const remedy = level(cell, 'remedy');
  const calls = eraOf(version, levelOf(cell, 'daemon'), commit)?.stats;
  const known = calls === 'hangs' || calls === 'zeroed' ? expectationOf(remedy, calls) : undefined;
  const slope = verdictOn(seen, 'fds');
  const effects = sideEffectsOf(seen);
  const checks: Check[] = [
    checkOf('call-before-remedy', answersOf(seen.lost), codeOf(calls), excerpts(seen.lost.answers)),
    checkOf('stuck-calls', codeValue(fateOf(seen.stuck)), codeOf(known?.stuck), [JSON.stringify(seen.stuck)]),
    checkOf(
      'remedy-refused',
      { kind: 'flag', is: seen.refusals.length > 0 },
      known && { kind: 'flag', is: known.refused },
      seen.refusals,
    ),
    checkOf('stats-call', answersOf(seen.remedied), codeOf(known?.answer), excerpts(seen.remedied.answers)),
    ...(known?.netns
      ? [checkOf('netns-files', netnsOf(seen.remedied), codeValue(known.netns), paths(seen.remedied))]
      : []),
    checkOf('containers', livesOf(seen.remedied), known && codeValue(lifeCode(true, known.containersKept ?? false)), [
      JSON.stringify(seen.remedied.containers),
    ]),
    ...(slope ? [slopeCheck(slope, known?.slope)] : []),
    ...laterChecks(seen, known),
    checkOf('fresh-container', codeValue(seen.fresh), codeOf(known?.fresh)),
  ];
  return {
    observed: summaryOf(answersOf(seen.remedied), slope?.verdict, answersOf(seen.restarted)),
    ...(known && { expected: summaryOf(codeOf(known.answer), known.slope, codeOf(known.later.answer)) }),
    reason: known?.reason ?? 'what this docker does with a lost container is not known yet',
    reference: known?.reference ?? 'none',
    checks,
    figures: [
      remedyNamed(remedy).summary,
      `took ${seen.seconds.toFixed(1)} s, in which the daemon did not answer for ${seen.outageSeconds.toFixed(1)} s`,
      `${seen.stuck.before} calls hung before: ${fateOf(seen.stuck)}`,
      ...(slope ? [`fds: ${slope.verdict}. ${slope.reasons[0] ?? ''}`] : []),
      ...effects.broken.map((clause) => `breaks: ${clause}`),
      ...effects.removed.map((clause) => `removes ${clause}`),
      ...shared(seen.remedied),
      ...seen.refusals.map((refusal) => `refused: ${refusal}`),
    ],
    ...(slope && { slopes: [slopeFigure(slope)] }),
    bug: seen.remedied.answers.every(({ answer }) => answer === 'values') ? 'absent' : 'present',
  };
}

/** Unknowns of a daemon's next restart decide nothing about the remedy; they are shown in the summary. */
function laterChecks(seen: LossObservations, known: RemedyExpectation | undefined): Check[] {
  const { answer, netns } = known?.later ?? {};
  return [
    ...(answer
      ? [checkOf('call-after-restart', answersOf(seen.restarted), codeValue(answer), excerpts(seen.restarted.answers))]
      : []),
    ...(netns
      ? [checkOf('netns-after-restart', netnsOf(seen.restarted), codeValue(netns), paths(seen.restarted))]
      : []),
  ];
}

/** Side effects of a remedy, each as a clause: what it broke, and what it cleaned up. */
export interface SideEffects {
  broken: string[];
  removed: string[];
}

/** Reads the side effects off the observations. */
export function sideEffectsOf({ lost, remedied, outageSeconds }: LossObservations): SideEffects {
  const stopped = remedied.containers.filter(({ running, sameProcess }) => !running || !sameProcess);
  // A shared address makes a gateway answer the other one at times: that is the bug and not the remedy.
  const cutOff = remedied.containers.filter((one) => one.running && !one.reachesGateway && !one.sharesAddress);
  const veths = remedied.strayVeths - lost.strayVeths;
  return {
    broken: [
      ...(outageSeconds > 0.5 ? ['the API while dockerd is restarted'] : []),
      ...(stopped.length > 0 ? [`${stopped.length} of ${remedied.containers.length} containers were stopped`] : []),
      ...(cutOff.length > 0 ? [`${cutOff.length} containers no longer reach their gateway`] : []),
      ...(veths > 0 ? [`${veths} stray veths are left`] : []),
    ],
    removed: veths < 0 ? [`${-veths} stray veths`] : [],
  };
}

/** Addresses that two containers hold: part of the disease, and healed by some remedies alone. */
function shared({ containers }: Look): string[] {
  const names = containers.filter(({ sharesAddress }) => sharesAddress).map(({ name }) => name);
  return names.length > 0 ? [`${names.join(', ')} share their addresses with containers that were started later`] : [];
}

function summaryOf(
  answer: Value | undefined,
  slope: SlopeVerdict['verdict'] | undefined,
  later: Value | undefined,
): Fact[] {
  const unknown: Value = { kind: 'unknown' };
  return [
    { what: 'stats-call', value: answer ?? unknown },
    { what: 'verdict', value: slope ? summaryValue(slope) : unknown },
    { what: 'call-after-restart', value: later ?? unknown },
  ];
}

function fateOf({ before, after, answered }: LossObservations['stuck']): StuckFate {
  if (before === 0) return 'none';
  if (answered >= before) return 'answered';
  return after >= before ? 'held' : 'closed';
}

/** One code when all containers do the same, else all of them. */
function answersOf({ answers }: Look): Value {
  return codesValue(answers.map(({ answer }) => answer));
}

function netnsOf({ netnsFiles }: Look): Value {
  return codesValue(netnsFiles.map(({ state }) => state));
}

function livesOf({ containers }: Look): Value {
  return codesValue(containers.map(({ running, sameProcess }) => lifeCode(running, sameProcess)));
}

function lifeCode(isRunning: boolean, isKept: boolean): Code {
  if (!isRunning) return 'stopped';
  return isKept ? 'running-on' : 'started-anew';
}

function codeOf(code: Code | undefined): Value | undefined {
  return code && codeValue(code);
}

function excerpts(answers: StatsCall[]): string[] {
  return answers.map(
    ({ container, answer, excerpt }) => `GET /containers/${container}/stats?stream=0 → ${answer} ${excerpt}`,
  );
}

function paths({ netnsFiles }: Look): string[] {
  return netnsFiles.map(({ path, magic, state }) => `stat -f ${path} → ${magic} ${state}`);
}

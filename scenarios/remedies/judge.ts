import type { StatsCall } from '../../harness/clients/stats-call.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import { checkOf, slopeCheck, slopeFigure, verdictOn } from '../common/dose-response.ts';
import { eraOf } from '../common/lost-namespace-eras.ts';
import { remedyNamed } from './actions.ts';
import { level } from './factors.ts';
import { expectationOf, type Expectation, type StuckFate } from './expected.ts';
import type { Look } from './site.ts';
import type { RemedyObservations } from './observations.ts';

/** Judges a cell of remedies by its observations alone. */
export function judgeRemedy(cell: Cell, version: string, seen: RemedyObservations, commit?: string): Judgement {
  const remedy = level(cell, 'remedy');
  const calls = eraOf(version, levelOf(cell, 'daemon'), commit)?.stats;
  const known = calls === 'hangs' || calls === 'zeroed' ? expectationOf(remedy, calls) : undefined;
  const slope = verdictOn(seen, 'fds');
  const outcome = outcomeOf(seen);
  const effects = sideEffectsOf(seen);
  const checks: Check[] = [
    checkOf('one call before', answersOf(seen.lost), calls, excerpts(seen.lost.answers)),
    checkOf('calls that hung', outcome.stuck, known?.stuck, [JSON.stringify(seen.stuck)]),
    checkOf('refused', `${outcome.refused}`, known && `${known.refused}`, seen.refusals),
    checkOf('one call', outcome.answer, known?.answer, excerpts(seen.remedied.answers)),
    ...(known?.netns ? [checkOf('netns files', outcome.netns, known.netns, paths(seen.remedied))] : []),
    checkOf('containers kept', outcome.kept, known && keptText(known.containersKept), [
      JSON.stringify(seen.remedied.containers),
    ]),
    ...(slope ? [slopeCheck(slope, known?.slope)] : []),
    ...laterChecks(seen, outcome, known),
    checkOf('a container started after the remedy, after the next restart', seen.fresh, known?.fresh, []),
  ];
  return {
    observed: summaryOf(outcome.answer, slope?.verdict, outcome.laterAnswer),
    expected: known ? summaryOf(known.answer, known.slope, known.later.answer) : 'not known yet',
    reason: known?.reason ?? 'what this docker does with a lost container is not known yet',
    reference: known?.reference ?? 'none',
    checks,
    figures: [
      remedyNamed(remedy).summary,
      `took ${seen.seconds.toFixed(1)} s, in which the daemon did not answer for ${seen.outageSeconds.toFixed(1)} s`,
      `${seen.stuck.before} calls hung before: ${outcome.stuck}`,
      ...(slope ? [`fds: ${slope.verdict}. ${slope.reasons[0] ?? ''}`] : []),
      ...effects.broken.map((clause) => `breaks: ${clause}`),
      ...effects.removed.map((clause) => `removes ${clause}`),
      ...shared(seen.remedied),
      ...seen.refusals.map((refusal) => `refused: ${refusal}`),
    ],
    ...(slope && { slopes: [slopeFigure(slope)] }),
    bug: outcome.answer === 'values' ? 'absent' : 'present',
  };
}

/** Unknowns of a daemon's next restart decide nothing about the remedy; they are shown in the summary. */
function laterChecks(seen: RemedyObservations, outcome: RemedyOutcome, known: Expectation | undefined): Check[] {
  const { answer, netns } = known?.later ?? {};
  const word = 'after the next restart';
  return [
    ...(answer ? [checkOf(`one call ${word}`, outcome.laterAnswer, answer, excerpts(seen.restarted.answers))] : []),
    ...(netns ? [checkOf(`netns files ${word}`, outcome.laterNetns, netns, paths(seen.restarted))] : []),
  ];
}

/** The result of a remedy, in the terms of its expectation. */
export interface RemedyOutcome {
  stuck: StuckFate;
  refused: boolean;
  answer: string;
  netns: string;
  kept: string;
  laterAnswer: string;
  laterNetns: string;
}

/** Reads the outcome off the observations. */
export function outcomeOf(seen: RemedyObservations): RemedyOutcome {
  return {
    stuck: fateOf(seen.stuck),
    refused: seen.refusals.length > 0,
    answer: answersOf(seen.remedied),
    netns: netnsOf(seen.remedied),
    kept: keptOf(seen.remedied),
    laterAnswer: answersOf(seen.restarted),
    laterNetns: netnsOf(seen.restarted),
  };
}

/** Side effects of a remedy, each as a clause: what it broke, and what it cleaned up. */
export interface SideEffects {
  broken: string[];
  removed: string[];
}

/** Reads the side effects off the observations. */
export function sideEffectsOf({ lost, remedied, outageSeconds }: RemedyObservations): SideEffects {
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

function summaryOf(answer: string | undefined, slope: string | undefined, later: string | undefined): string {
  return `${answer ?? '?'} · ${slope ?? '?'} · next restart: ${later ?? '?'}`;
}

function fateOf({ before, after, answered }: RemedyObservations['stuck']): StuckFate {
  if (before === 0) return 'none';
  if (answered >= before) return 'answered';
  return after >= before ? 'held' : 'closed';
}

/** One word when all containers do the same, else all of them. */
function answersOf({ answers }: Look): string {
  return common(answers.map(({ answer }) => answer));
}

function netnsOf({ netnsFiles }: Look): string {
  return common(netnsFiles.map(({ state }) => state));
}

function keptOf({ containers }: Look): string {
  return common(containers.map(({ running, sameProcess }) => (running ? keptText(sameProcess) : 'stopped')));
}

function keptText(kept: boolean | undefined): string {
  return kept ? 'kept' : 'restarted';
}

function common(words: string[]): string {
  return [...new Set(words)].join(', ');
}

function excerpts(answers: StatsCall[]): string[] {
  return answers.map(
    ({ container, answer, excerpt }) => `GET /containers/${container}/stats?stream=0 → ${answer} ${excerpt}`,
  );
}

function paths({ netnsFiles }: Look): string[] {
  return netnsFiles.map(({ path, magic, state }) => `stat -f ${path} → ${magic} ${state}`);
}

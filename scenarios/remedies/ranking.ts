import { beforeAnUpgrade } from '../../harness/advice/kernel-memory.ts';
import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import { levelOf, type Cell } from '../../harness/core/cell.ts';
import { verdictOn } from '../common/dose-response.ts';
import { sideEffectsOf } from './judge.ts';
import { rankStarts, type Ranked } from './rank-starts.ts';
import { remedyNamed, type RemedyName } from './remedies.ts';
import { isOfLoss, isOfStarts, type LossObservations, type RemedyObservations } from './observations.ts';
import { level } from './factors.ts';

const answerWords: Readonly<Record<StatsAnswer, string>> = {
  values: 'stats are right',
  'no-networks': 'stats come without networks',
  zeroed: 'stats are zeroes',
  refused: 'stats are refused',
  hangs: 'stats hang',
};

/** Answers, best first. */
const answerOrder: readonly StatsAnswer[] = ['values', 'no-networks', 'zeroed', 'refused', 'hangs'];

/** Ranks the remedies that were tried on each daemon: what heals first, then what lasts, then what breaks least. */
export function rankRemedies(cells: { cell: Cell; observations: RemedyObservations }[]): string[] {
  const upgrades = cells.some(({ cell }) => level(cell, 'remedy') === 'upgraded');
  const hosts = Map.groupBy(cells, ({ cell, observations }) => hostOf(levelOf(cell, 'daemon'), observations));
  const ranking = [...hosts].flatMap(([host, tried]) => {
    const ranked = tried
      .flatMap(({ cell, observations }) => rank(level(cell, 'remedy'), observations) ?? [])
      .toSorted((a, b) => compare(b.score, a.score) || a.remedy.localeCompare(b.remedy));
    const width = Math.max(...ranked.map(({ remedy }) => remedy.length));
    return [
      `What to do on a host with ${host}, best first`,
      ...ranked.flatMap(({ remedy, text }, index) => [
        `  ${index + 1}. ${remedy.padEnd(width)}  ${remedyNamed(remedy).summary}`,
        `     ${text}`,
      ]),
    ];
  });
  return [...ranking, ...(upgrades ? beforeAnUpgrade : [])];
}

/** The host that a remedy was tried on, in the words of the heading. */
function hostOf(daemon: string, seen: RemedyObservations): string {
  return isOfStarts(seen)
    ? `${daemon}, a containerd of its own and MountFlags=slave, whose containers do not start`
    : daemon;
}

function rank(remedy: RemedyName, seen: RemedyObservations): Ranked | undefined {
  if (isOfStarts(seen)) return rankStarts(remedy, seen);
  return isOfLoss(seen) ? rankLoss(remedy, seen) : undefined;
}

function rankLoss(remedy: RemedyName, seen: LossObservations): Ranked {
  const before = worstOf(seen.lost.answers);
  const worst = worstOf(seen.remedied.answers);
  const later = worstOf(seen.restarted.answers);
  const leaked = before === 'hangs';
  const leaks = verdictOn(seen, 'fds')?.verdict !== 'no-leak';
  const heals = worst === 'values';
  const improves = quality(worst) > quality(before);
  const lasts = quality(later) >= quality(worst);
  const freshIsSafe = seen.fresh === 'nsfs';
  const { broken } = sideEffectsOf(seen);
  const keeps = seen.remedied.containers.every(({ running, sameProcess }) => running && sameProcess);
  const leakWords = leaks ? 'the leak goes on' : 'the leak stops';
  const words = [
    heals ? 'heals' : improves || (leaked && !leaks) ? 'helps in part' : 'does not help',
    answerWords[worst],
    ...(leaked ? [leakWords] : []),
    ...(improves ? [lasts ? 'outlives the next restart of dockerd' : 'until the next restart of dockerd'] : []),
    freshIsSafe ? 'containers started from now on are safe' : 'containers started from now on are lost at that restart',
    ...broken.map((clause) => `breaks ${clause}`),
    `${seen.seconds.toFixed(1)} s`,
  ];
  return {
    remedy,
    score: [+heals, +!leaks, quality(worst), +lasts, +freshIsSafe, +keeps, -broken.length, -Math.round(seen.seconds)],
    text: words.join(' · '),
  };
}

/** The answer of the container that is worst off. */
function worstOf(answers: LossObservations['lost']['answers']): StatsAnswer {
  const worst = answerOrder.findLast((one) => answers.some(({ answer }) => answer === one));
  return worst ?? 'hangs';
}

function quality(answer: StatsAnswer): number {
  return -answerOrder.indexOf(answer);
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

import type { SlopeFigure } from '../judge/verdict-record.ts';
import type { TryOutcome } from './tries.ts';

/** The result of a cell in one column, i.e. a night or a run by hand. */
export interface Appearance {
  column: string;
  /** Of all its tries in the order in which they were made, e.g. with `--repeat`. */
  outcomes: readonly TryOutcome[];
  /** Of its last try that has any. */
  slopes: readonly SlopeFigure[];
}

/** The state of a cell. */
export type TrendState =
  | 'regression'
  | 'new failure'
  | 'still failing'
  | 'flaky'
  | 'undecided'
  | 'fixed'
  | 'stale'
  | 'not applicable'
  | 'passing';

/** A slope that is not what it was: the intervals of two columns have nothing in common. */
interface MovedSlope {
  before: SlopeFigure;
  now: SlopeFigure;
  /** The columns of the two. */
  from: string;
  to: string;
}

/** The conclusion from a cell's appearances. */
export interface Trend {
  state: TrendState;
  /** Where the failure began that lasts, or of a flaky cell its last one. */
  firstBad?: string;
  /** The last column before {@link Trend.firstBad} that was good; of a cell that does not fail, the last good one. */
  lastGood?: string;
  /** Changes between good and bad that count; see {@link flipsOf}. */
  flips: number;
  moved: MovedSlope[];
}

/** Decided tries that are looked at for flips: two weeks of nights. */
const flipWindow = 14;

/** So many flips make a cell flaky: with one it broke or was mended. */
const flakyFrom = 2;

/** So many failures in a row are a breakage that was mended, and no flip. */
const longFailure = 3;

/** A cell that said nothing in so many of the last columns is stale. */
const staleAfter = 3;

/**
 * The state of a cell, from its appearances, oldest first. Pure.
 *
 * @param columns every column in which the cell could have been, oldest first
 */
export function trendOf(appearances: readonly Appearance[], columns: readonly string[]): Trend {
  const tries = appearances.flatMap(({ column, outcomes }) =>
    outcomes.filter((outcome) => says.has(outcome)).map((outcome): Try => ({ column, outcome })),
  );
  const decided = tries.filter(({ outcome }) => outcome !== 'inconclusive');
  const flips = flipsOf(decided.slice(-flipWindow).map(({ outcome }) => outcome === 'as-expected'));
  const contradicts = disagrees(appearances.findLast(({ outcomes }) => outcomes.some((one) => says.has(one))));
  const lastBad = decided.findLastIndex(({ outcome }) => outcome === 'unexpected');
  const badFrom = decided.findLastIndex(({ outcome }, index) => index < lastBad && outcome === 'as-expected') + 1;
  const recent = columns.slice(-staleAfter);
  const isFlaky = flips >= flakyFrom || contradicts;
  const said = tries.at(-1)?.column;
  const isStale = said === undefined || (columns.length > recent.length && !recent.includes(said));
  const state = isStale ? silenceOf(appearances, recent) : stateOf(tries, decided, isFlaky);
  const fails = lastBad !== -1 && (failing.has(state) || (state === 'flaky' && flips > 0));
  const good = decided.slice(0, fails ? badFrom : undefined);
  const lastGood = good.findLast(({ outcome }) => outcome === 'as-expected')?.column;
  const firstBad = fails ? decided[badFrom]?.column : undefined;
  return {
    state,
    ...(firstBad !== undefined && { firstBad }),
    ...(lastGood !== undefined && { lastGood }),
    flips,
    moved: movedSlopes(appearances),
  };
}

interface Try {
  column: string;
  outcome: TryOutcome;
}

/** Outcomes that say something about the cell; the others are the infrastructure's, or say that there is nothing to say. */
const says: ReadonlySet<TryOutcome> = new Set<TryOutcome>(['as-expected', 'unexpected', 'inconclusive']);

const failing: ReadonlySet<TrendState> = new Set<TrendState>(['regression', 'new failure', 'still failing']);

/** The meaning of a cell's lack of recent conclusive results. */
function silenceOf(appearances: readonly Appearance[], recent: readonly string[]): TrendState {
  const tried = appearances.filter(({ column }) => recent.includes(column)).flatMap(({ outcomes }) => outcomes);
  return tried.length > 0 && tried.every((outcome) => outcome === 'not-applicable') ? 'not applicable' : 'stale';
}

function stateOf(tries: readonly Try[], decided: readonly Try[], flaky: boolean): TrendState {
  if (flaky) return 'flaky';
  const last = tries.at(-1)?.outcome;
  if (last === 'inconclusive') return 'undecided';
  const before = decided.at(-2)?.outcome;
  if (last === 'as-expected') return before === 'unexpected' ? 'fixed' : 'passing';
  if (before === undefined) return 'new failure';
  return before === 'as-expected' ? 'regression' : 'still failing';
}

/** Changes between good and bad, without the beginning and end of failures that lasted: those broke and were mended. */
export function flipsOf(good: readonly boolean[]): number {
  const streaks: { good: boolean; length: number }[] = [];
  for (const one of good) {
    const last = streaks.at(-1);
    if (last?.good === one) last.length++;
    else streaks.push({ good: one, length: 1 });
  }
  const isLong = (streak: (typeof streaks)[number] | undefined) =>
    streak !== undefined && !streak.good && streak.length >= longFailure;
  return streaks.slice(1).filter((streak, index) => !isLong(streak) && !isLong(streaks[index])).length;
}

/** Whether the tries of one column contradict each other: a repeated cell is not retried until it passes. */
export function disagrees(appearance: Pick<Appearance, 'outcomes'> | undefined): boolean {
  return new Set(appearance?.outcomes.filter((outcome) => says.has(outcome))).size > 1;
}

/** Slopes of the last appearance that has some which are apart from those of the one before. */
function movedSlopes(appearances: readonly Appearance[]): MovedSlope[] {
  const [before, now] = appearances.filter(({ slopes }) => slopes.length > 0).slice(-2);
  if (!before || !now) return [];
  return differences(before.slopes, now.slopes).map((pair) => ({ ...pair, from: before.column, to: now.column }));
}

/** Pairs of slopes of the same metric whose intervals have nothing in common. */
export function differences(
  before: readonly SlopeFigure[],
  now: readonly SlopeFigure[],
): { before: SlopeFigure; now: SlopeFigure }[] {
  return now.flatMap((figure) => {
    const same = before.find(
      ({ metric, unit, per }) => metric === figure.metric && unit === figure.unit && per === figure.per,
    );
    return same && (figure.low > same.high || figure.high < same.low) ? [{ before: same, now: figure }] : [];
  });
}

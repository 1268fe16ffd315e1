import type { TrendState } from '../../history/trend.ts';
import type { TryOutcome } from '../../history/tries.ts';
import { html, type Html } from './html.ts';

/** The sign and text of an outcome, and its colour, which is a class of the style sheet. */
interface Sign {
  sign: string;
  /** Class of the style sheet. */
  mood: 'good' | 'bad' | 'open' | 'none' | 'broken' | 'flaky';
  words: string;
}

const ofOutcome: Readonly<Record<TryOutcome | 'flaky', Sign>> = {
  'as-expected': { sign: '✔', mood: 'good', words: 'as expected' },
  unexpected: { sign: '✘', mood: 'bad', words: 'unexpected' },
  inconclusive: { sign: '?', mood: 'open', words: 'inconclusive' },
  'not-applicable': { sign: '–', mood: 'none', words: 'not applicable' },
  'boot-failed': { sign: '!', mood: 'broken', words: 'boot failed' },
  'infra-failed': { sign: '!', mood: 'broken', words: 'infra failed' },
  'not-finished': { sign: '…', mood: 'broken', words: 'not finished' },
  flaky: { sign: '≈', mood: 'flaky', words: 'flaky' },
};

const ofTrend: Readonly<Record<TrendState, Sign>> = {
  regression: { sign: '✘', mood: 'bad', words: 'regression' },
  'new failure': { sign: '✘', mood: 'bad', words: 'new failure' },
  'still failing': { sign: '✘', mood: 'bad', words: 'still failing' },
  flaky: ofOutcome.flaky,
  undecided: { sign: '?', mood: 'open', words: 'undecided' },
  fixed: { sign: '✔', mood: 'good', words: 'fixed' },
  'not applicable': ofOutcome['not-applicable'],
  stale: { sign: '!', mood: 'broken', words: 'stale' },
  passing: { sign: '✔', mood: 'good', words: 'passing' },
};

/** The sign of an outcome. */
export function signOf(outcome: TryOutcome | 'flaky'): Sign {
  return ofOutcome[outcome];
}

/** An outcome with its sign and words. */
export function badge({ sign, mood, words }: Sign): Html {
  return html`<span class="badge ${mood}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

/** The badge of a cell's trend. */
export function trendBadge(state: TrendState): Html {
  return badge(ofTrend[state]);
}

import type { StoredCell } from '../store/read-run.ts';
import { simplifications, type Experiment, type Room } from './simplifiers.ts';

/** The property that has to stay the same: whether the bug shows, and that this was decided. */
export type Verdict = 'present' | 'absent' | 'not decided';

/** One try of the search. */
export interface ReductionStep {
  what: string;
  experiment: Experiment;
  /** Of each time that it was tried, until one was another. */
  verdicts: Verdict[];
  kept: boolean;
}

/** The end of a search. */
export interface Reduced {
  experiment: Experiment;
  steps: ReductionStep[];
}

/** The part of a stored verdict that a search needs. */
export function verdictOf({ verdict }: Pick<StoredCell, 'verdict'>): Verdict {
  const { outcome, judgement } = verdict ?? {};
  if (!judgement || outcome === 'inconclusive' || judgement.bug === 'unknown') return 'not decided';
  return judgement.bug;
}

/**
 * Makes an experiment smaller for as long as its verdict stays the same. Each step that is kept was tried `confirmations` times, all with that
 * verdict; what once gave another is not tried again, as a smaller one would have to.
 *
 * @param attempt tries an experiment once
 * @param told called with each step as it is decided
 */
export async function reduce(
  begin: Experiment,
  wanted: Verdict,
  room: Room,
  confirmations: number,
  attempt: (experiment: Experiment) => Promise<Verdict>,
  told: (step: ReductionStep) => void = () => {},
): Promise<Reduced> {
  const steps: ReductionStep[] = [];
  const failed = new Set<string>();
  let experiment = begin;
  for (;;) {
    const next = simplifications(experiment, room).find((one) => !failed.has(one.target));
    if (!next) return { experiment, steps };
    const verdicts: Verdict[] = [];
    while (verdicts.length < confirmations && verdicts.every((verdict) => verdict === wanted)) {
      verdicts.push(await attempt(next.experiment));
    }
    const kept = verdicts.every((verdict) => verdict === wanted);
    if (kept) experiment = next.experiment;
    else failed.add(next.target);
    const step = { what: next.what, experiment: next.experiment, verdicts, kept };
    steps.push(step);
    told(step);
  }
}

import type { Outcome } from '../core/outcome.ts';
import type { StoredCell } from '../store/read-run.ts';
import { summaryWords } from './value-words.ts';

/** The state of a cell for a CI: `skipped` when it decides nothing, `broken` when it could not be tried. */
export type CiStatus = 'passed' | 'failed' | 'broken' | 'skipped';

/** An inconclusive cell is no pass and no failure of the subject: the answer is unknown. */
const statuses: Readonly<Record<Outcome, CiStatus>> = {
  'as-expected': 'passed',
  unexpected: 'failed',
  inconclusive: 'skipped',
  'not-applicable': 'skipped',
  'boot-failed': 'broken',
  'infra-failed': 'broken',
};

/** A cell without a verdict was being tried when its run ended. */
export function statusOf({ verdict }: StoredCell): CiStatus {
  return verdict ? statuses[verdict.outcome] : 'broken';
}

/** A cell in one line: what was observed, and what was expected if that is something else. */
export function lineOf({ verdict }: StoredCell): string {
  if (!verdict) return 'not finished';
  const { judgement, failure, outcome } = verdict;
  if (!judgement) return `${outcome}: ${failure?.split('\n')[0] ?? ''}`;
  const [observed, expected] = [summaryWords(judgement.observed), summaryWords(judgement.expected)];
  return `${outcome}: ${observed}${observed === expected ? '' : ` (expected: ${expected})`}`;
}

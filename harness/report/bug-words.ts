import { controlOf, type Cell } from '../core/cell.ts';
import { distinguish, type CellSet } from '../core/distinguish.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { StoredCell } from '../store/read-run.ts';
import { levelsWords } from './factor-words.ts';

type Bug = Judgement['bug'];

const words: Readonly<Record<Bug, string>> = { present: 'reproduced', absent: 'not present', unknown: 'unknown' };

/** Whether the bug showed. */
export function bugOf(bug: Bug): string {
  return words[bug];
}

/** Whether the bug showed in a cell, for its row; of a control that is known before. */
export function bugWords({ plan, verdict }: StoredCell): string {
  const bug = verdict?.judgement?.bug;
  return bug === undefined || controlOf(plan.cell) !== undefined ? '–' : words[bug];
}

/**
 * The answer of a run in a sentence: in how many cells the bug showed, where, and whether that was expected. Controls do not count.
 *
 * @returns undefined for a run without a judged cell
 */
export function bugSentence(cells: readonly StoredCell[]): string | undefined {
  const judged = cells.flatMap(({ plan, verdict }) =>
    verdict?.judgement && controlOf(plan.cell) === undefined
      ? [{ cell: plan.cell, bug: verdict.judgement.bug, outcome: verdict.outcome }]
      : [],
  );
  if (judged.length === 0) return undefined;
  const count = (bug: Bug) => judged.filter((one) => one.bug === bug).length;
  const misses = [
    ...few(judged.filter(({ outcome }) => outcome === 'unexpected').length, 'not as expected'),
    ...few(judged.filter(({ outcome }) => outcome === 'inconclusive').length, 'inconclusive'),
  ];
  const [present, unknown] = [count('present'), count('unknown')];
  const parts = [
    present > 0
      ? reproduced(present, judged, misses.length === 0)
      : notPresent(judged.length - unknown, judged.length, misses.length === 0),
    ...(unknown > 0 && present + unknown < judged.length ? [`unknown in ${unknown}`] : []),
    ...misses,
  ];
  const sentence = parts.filter(Boolean).join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function reproduced(present: number, judged: readonly { cell: Cell; bug: Bug }[], isExpected: boolean): string {
  const decided = judged.filter(({ bug }) => bug !== 'unknown');
  const bugs = new Map(decided.map(({ cell, bug }) => [cell, bug]));
  const sets = distinguish([...bugs.keys()], (cell) => bugs.get(cell) === 'present') ?? [];
  const where = sets.length > 0 ? `: ${distinctionWords(sets)}` : '';
  if (judged.length === 1) return `reproduced${isExpected ? ', as expected' : ''}`;
  if (present === judged.length) return `reproduced in all ${present} cells${isExpected ? ', as expected' : ''}`;
  return `reproduced in ${present} of ${judged.length} cells${isExpected ? ', exactly where expected' : ''}${where}`;
}

function notPresent(absent: number, judged: number, isExpected: boolean): string {
  const expected = isExpected ? ', as expected' : '';
  if (absent === 0) return 'whether the bug is present could not be decided';
  if (judged === 1) return `not present${expected}`;
  return absent === judged
    ? `not present in any of ${judged} cells${expected}`
    : `not present in ${absent} of ${judged} cells${expected}`;
}

/** What distinguishes cells: `MountFlags slave or private, live-restore on`. */
export function distinctionWords(sets: readonly CellSet[]): string {
  return sets.map(setWords).join('; or ');
}

function setWords(set: CellSet): string {
  return Object.entries(set)
    .map(([factor, levels]) => levelsWords(factor, levels))
    .join(', ');
}

function few(count: number, what: string): string[] {
  if (count === 0) return [];
  return [`${count} ${count === 1 ? 'cell is' : 'cells are'} ${what}`];
}

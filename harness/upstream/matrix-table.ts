import { neededLevel, type Cell } from '../core/cell.ts';
import { compareVersions } from '../core/version.ts';
import { distinguish } from '../core/distinguish.ts';
import { distinctionWords } from '../report/bug-words.ts';
import type { JudgedCell } from './evidence.ts';
import { cellText, markdownTable } from './markdown.ts';

/**
 * All cells in two rows: those that show the bug on any subject, by what distinguishes them, and all others. A column for each docker build or kernel
 * says in how many of them the bug showed.
 */
export function matrixTable(cells: readonly JudgedCell[]): string {
  const subjects = cells.some(({ plan }) => neededLevel(plan.cell, 'kernel') !== undefined) ? 'kernel' : 'daemon';
  const named = cells.map((one) => ({
    subject: neededLevel(one.plan.cell, subjects) ?? '',
    cell: Object.fromEntries(Object.entries(one.plan.cell).filter(([factor]) => factor !== subjects)),
    bug: one.verdict.judgement.bug,
  }));
  const columns = [...new Set(named.map(({ subject }) => subject))].toSorted(compareVersions);
  const kinds = Map.groupBy(named, ({ cell }) => JSON.stringify(cell));
  const shows = new Set([...kinds].filter(([, own]) => own.some(({ bug }) => bug === 'present')).map(([key]) => key));
  const isShown = (cell: Cell) => shows.has(JSON.stringify(cell));
  const sets = distinguish(
    [...kinds.values()].flatMap(([one]) => (one ? [one.cell] : [])),
    isShown,
  );
  const row = (what: string, own: typeof named) => [
    cellText(what),
    ...columns.map((column) => {
      const tried = own.filter(({ subject, bug }) => subject === column && bug !== 'unknown');
      const present = tried.filter(({ bug }) => bug === 'present').length;
      return tried.length === 0 ? '–' : `${present} of ${tried.length}`;
    }),
  ];
  const [shown, others] = [named.filter(({ cell }) => isShown(cell)), named.filter(({ cell }) => !isShown(cell))];
  const where = sets === undefined ? `${shows.size} combinations` : distinctionWords(sets) || 'all cells';
  return markdownTable(
    ['cells', ...columns.map(cellText)],
    [...(shown.length > 0 ? [row(where, shown)] : []), ...(others.length > 0 ? [row('all others', others)] : [])],
  );
}

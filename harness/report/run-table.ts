import type { StoredCell } from '../store/read-run.ts';
import { bugWords } from './bug-words.ts';
import { oneLine } from './one-line.ts';
import { wrap, type Screen } from './screen.ts';
import { showOutcome, showSeconds, type Paint } from './style.ts';
import { fittedTable, naturalWidth, type Row } from './table.ts';
import { summaryWords } from './value-words.ts';

/**
 * A row a cell: the levels that vary, whether the bug showed, what was observed, and whether that was expected. Where the screen is too narrow, the
 * first of the levels becomes a heading over its rows.
 */
export function runTable(cells: readonly StoredCell[], screen: Screen): string {
  const factors = [...new Set(cells.flatMap(({ plan }) => Object.keys(plan.cell)))];
  const constant = factors.filter(
    (factor) => cells.length > 1 && new Set(cells.map(({ plan }) => plan.cell[factor])).size === 1,
  );
  const { paint, width } = screen;
  const shown = factors.filter((factor) => !constant.includes(factor));
  const head = [...shown, 'bug', 'observed', 'verdict', 'time'];
  const rows = cells.map((cell) => rowOf(cell, shown, paint));
  const isGrouped = shown.length > 1 && naturalWidth(head, rows) > width;
  const table = isGrouped
    ? fittedTable(head.slice(1), grouped(rows, shown[0] ?? ''), screen)
    : fittedTable(head, rows, screen);
  const fixed = constant.map((factor) => `${factor}=${cells[0]?.plan.cell[factor]}`).join(' ');
  const common = fixed ? `${paint('dim', wrap(`in all cells: ${fixed}`, width))}\n` : '';
  return common + table;
}

function rowOf(cell: StoredCell, factors: readonly string[], paint: Paint): string[] {
  const { plan, verdict } = cell;
  const observed = verdict?.judgement && summaryWords(verdict.judgement.observed);
  return [
    ...factors.map((factor) => oneLine(plan.cell[factor] ?? '')),
    bugWords(cell),
    oneLine(observed ?? '–'),
    showOutcome(verdict?.outcome ?? 'not-finished', paint) + repeatOf(plan),
    verdict ? showSeconds(verdict.seconds) : '',
  ];
}

/** Rows below their first column, which becomes a heading. */
function grouped(rows: readonly string[][], factor: string): Row[] {
  const groups = Map.groupBy(rows, ([level = '']) => level);
  return [...groups].flatMap(([level, own]) => [`${factor}=${level}`, ...own.map((row) => row.slice(1))]);
}

/** The number of a repeated try, beside its cell. */
export function repeatOf({ repeat }: StoredCell['plan']): string {
  return repeat > 1 ? ` (repeat ${repeat})` : '';
}

import { controlOf } from '../../core/cell.ts';
import type { StoredCell } from '../../store/read-run.ts';
import type { ShownCell } from './cell-section.ts';

/** Cells of a run that came to the same end, under a heading. */
export interface CellGroup {
  title: string;
  /** The name of its place on the page. */
  id: string;
  cells: ShownCell[];
}

/** Groups in the order in which a reader looks at them; a cell is in the first that takes it. */
const groups: readonly { title: string; id: string; takes: (cell: StoredCell) => boolean }[] = [
  { title: 'Not as expected', id: 'unexpected', takes: ({ verdict }) => verdict?.outcome === 'unexpected' },
  { title: 'Inconclusive', id: 'inconclusive', takes: ({ verdict }) => verdict?.outcome === 'inconclusive' },
  {
    title: 'Not finished',
    id: 'not-finished',
    takes: ({ verdict }) => verdict?.outcome === undefined || verdict.outcome.endsWith('-failed'),
  },
  { title: 'Controls', id: 'controls', takes: ({ plan }) => controlOf(plan.cell) !== undefined },
  { title: 'Reproduced, as expected', id: 'reproduced', takes: (cell) => bugOf(cell) === 'present' },
  { title: 'Not present, as expected', id: 'not-present', takes: (cell) => bugOf(cell) === 'absent' },
  { title: 'As expected', id: 'as-expected', takes: ({ verdict }) => verdict?.outcome === 'as-expected' },
  { title: 'Not applicable', id: 'not-applicable', takes: () => true },
];

/** Cells by what became of them, without empty groups. */
export function groupCells(cells: readonly ShownCell[]): CellGroup[] {
  const left = new Set(cells);
  return groups.flatMap(({ title, id, takes }) => {
    const own = [...left].filter(({ cell }) => takes(cell));
    for (const one of own) left.delete(one);
    return own.length === 0 ? [] : [{ title, id, cells: own }];
  });
}

function bugOf({ verdict }: StoredCell): string | undefined {
  return verdict?.judgement?.bug;
}

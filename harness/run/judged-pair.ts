import { cellName, type Cell } from '../core/cell.ts';
import type { Judgement } from '../judge/judgement.ts';
import type { RunObserver } from './progress-view.ts';

/** A cell that has been judged. */
interface Judged {
  cell: Cell;
  judgement: Judgement;
}

/** A cause and its control: the first two cells that show the claim of a scenario. */
export type JudgedPair = readonly [cause: Judged, control: Judged];

/** An observer that also tells of the first two cells, once both have been judged. */
export function tellingPair<Observer extends RunObserver>(
  observer: Observer,
  [cause, control]: readonly Cell[],
  tell: (pair: JudgedPair) => void,
): Pick<Observer, 'cellDoes' | 'cellEnded'> {
  const judgements = new Map<string, Judgement>();
  let isTold = false;
  return {
    cellDoes: (name, activity) => observer.cellDoes(name, activity),
    cellEnded(name, verdict) {
      observer.cellEnded(name, verdict);
      if (isTold || !cause || !control || !verdict.judgement) return;
      judgements.set(name, verdict.judgement);
      const pair = pairOf(cause, control, (cell) => judgements.get(cellName(cell)));
      isTold = pair !== undefined;
      if (pair) tell(pair);
    },
  };
}

function pairOf(cause: Cell, control: Cell, find: (cell: Cell) => Judgement | undefined): JudgedPair | undefined {
  const [a, b] = [find(cause), find(control)];
  return (
    a &&
    b && [
      { cell: cause, judgement: a },
      { cell: control, judgement: b },
    ]
  );
}

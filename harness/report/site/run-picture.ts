import { controlOf, type Cell } from '../../core/cell.ts';
import { valuesOf } from '../../evidence/registry.ts';
import type { JudgedPair } from '../../run/judged-pair.ts';
import { bugOf } from '../bug-words.ts';
import { html, type Html } from '../markup/html.ts';
import { table } from '../markup/table.ts';
import { unlikeChecks } from '../unlike-checks.ts';
import { checkWords, observedWords } from '../value-words.ts';
import type { ShownCell } from './cell-section.ts';
import { dosePlot } from './dose-plot.ts';

/**
 * The picture that shows the claim of a run: the deciding slope of the first cell with the bug, or that cell beside one that differs from it in one factor
 * and has no bug.
 *
 * @returns undefined where no cell has the bug, or nothing can be drawn
 */
export function runPicture(cells: readonly ShownCell[]): Html | undefined {
  const own = cells.filter(({ cell }) => controlOf(cell.plan.cell) === undefined);
  const cause = own.find(({ cell }) => cell.verdict?.judgement?.bug === 'present');
  return cause && (slopePicture(cause) ?? pairPicture(cause, own));
}

function slopePicture({ cell, evidence }: ShownCell): Html | undefined {
  const figure = cell.verdict?.judgement?.slopes?.find(({ verdict }) => verdict === 'leak');
  if (!figure) return undefined;
  const drawn = (kind: 'dose-series' | 'idle-series') =>
    valuesOf(evidence.evidence, kind)
      .flat()
      .find(({ metric }) => metric === figure.metric);
  const series = drawn('dose-series');
  return (
    series &&
    html`<p>The deciding slope, in <code>${cell.plan.name}</code>:</p>
      ${dosePlot(figure, series, drawn('idle-series'))}`
  );
}

function pairPicture(cause: ShownCell, own: readonly ShownCell[]): Html | undefined {
  const control = own.find(
    ({ cell }) =>
      cell.verdict?.judgement?.bug === 'absent' && differing(cause.cell.plan.cell, cell.plan.cell).length === 1,
  );
  const [a, b] = [cause, control].map((one) => one?.cell.verdict?.judgement);
  if (!control || !a || !b) return undefined;
  const [one, other] = [cause.cell.plan.cell, control.cell.plan.cell];
  const pair: JudgedPair = [
    { cell: one, judgement: a },
    { cell: other, judgement: b },
  ];
  const [factor = ''] = differing(one, other);
  const common = Object.entries(one).filter(([name]) => name !== factor);
  return html`<p>In both cells: ${common.map(([name, level]) => `${name}=${level}`).join(' ')}</p>
    ${table(
      'The cause and its control',
      ['', `${factor}=${one[factor]}`, `${factor}=${other[factor]}`],
      [
        ['bug', bugOf(a.bug), bugOf(b.bug)],
        ...unlikeChecks(pair).unlike.map(({ check, other: its }) => [
          checkWords(check),
          observedWords(check, a),
          observedWords(its, b),
        ]),
      ],
    )}`;
}

function differing(a: Cell, b: Cell): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((factor) => a[factor] !== b[factor]);
}

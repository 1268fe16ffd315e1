import { boundedEvidence, boundedLine } from '../core/printable.ts';
import { countRejudged, type RejudgedCell, type RejudgedRun } from '../run/rejudge.ts';
import type { Value } from '../judge/value.ts';
import {
  isVerdictChanged,
  type CheckKey,
  type Compared,
  type JudgementDifference,
} from '../run/judgement-differences.ts';
import type { Fact } from '../judge/check.ts';
import { showOutcome, type Paint } from './style.ts';
import { openTable } from './table.ts';
import { checkWords, summaryWords, valueWords } from './value-words.ts';

/** Runs that were judged again, as a person reads them: a row for each cell, then each difference, then the sum. */
export function reportRejudged(runs: readonly RejudgedRun[], paint: Paint): string {
  const parts = runs.flatMap(({ run, cells, damaged }) => [
    paint('bold', boundedLine(run)),
    ...(cells.length > 0 ? [table(cells, paint)] : []),
    ...cells.flatMap((cell) => details(cell, paint)),
    ...damaged.map(({ file, why }) => `${paint('yellow', '! could not be read')}  ${file}\n${indented(why)}`),
  ]);
  return `${[...parts, summary(runs, paint)].join('\n\n')}\n`;
}

function table(cells: readonly RejudgedCell[], paint: Paint): string {
  const rows = openTable(['cell', 'stored', 'judged again', 'comparison'], paint);
  for (const cell of cells) {
    const { stored } = cell;
    const before = showJudgement(stored?.outcome ?? 'not-finished', stored?.judgement?.observed, paint);
    rows.push([nameOf(cell), before, nowOf(cell, paint), signOf(cell, paint)]);
  }
  return rows.toString();
}

function nowOf(cell: RejudgedCell, paint: Paint): string {
  if (cell.status === 'failed' || cell.status === 'no-observations') return '–';
  const { outcome, judgement } = cell.now;
  const { stored } = cell;
  const before = stored?.judgement && summaryWords(stored.judgement.observed);
  const isSame = stored?.outcome === outcome && before === summaryWords(judgement.observed);
  return isSame ? 'the same' : showJudgement(outcome, judgement.observed, paint);
}

function showJudgement(
  outcome: Parameters<typeof showOutcome>[0],
  observed: readonly Fact[] | undefined,
  paint: Paint,
): string {
  return showOutcome(outcome, paint) + (observed === undefined ? '' : `: ${inACell(summaryWords(observed))}`);
}

function signOf(cell: RejudgedCell, paint: Paint): string {
  if (cell.status === 'same') return paint('green', '✔ same');
  if (cell.status === 'failed') return paint('yellow', '! not judged');
  if (cell.status === 'no-observations') return paint('dim', '– no observations');
  return isVerdictChanged(cell.differences) ? paint('red', '✘ changed') : paint('yellow', '✘ changed in details');
}

function details(cell: RejudgedCell, paint: Paint): string[] {
  const heading = `${signOf(cell, paint)}  ${nameOf(cell)}`;
  if (cell.status === 'failed') return [`${heading}\n${indented(cell.why)}`];
  if (cell.status !== 'changed') return [];
  return [[heading, ...cell.differences.map((one) => `  ${showDifference(one)}`)].join('\n')];
}

// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every field
function showDifference(difference: JudgementDifference): string {
  const { field } = difference;
  switch (field) {
    case 'outcome':
    case 'bug':
      return `${field}: ${difference.stored ?? '–'} → ${difference.now}`;
    case 'observed':
    case 'expected':
      return `${field}: ${inACell(summaryWords(difference.stored))} → ${inACell(summaryWords(difference.now))}`;
    case 'check':
      return `check ${nameOfCheck(difference.check)}: ${showValue(difference.stored)} → ${showValue(difference.now)}`;
    case 'check-observed':
    case 'check-expected':
      return `check ${nameOfCheck(difference.check)}, ${field === 'check-observed' ? 'observed' : 'expected'}: ${showValue(difference.stored)} → ${showValue(difference.now)}`;
    case 'check-undecided':
      return `check ${nameOfCheck(difference.check)}, undecided: ${yesOrNo(difference.stored)} → ${yesOrNo(difference.now)}`;
    case 'check-as-expected': {
      const { stored, now } = difference.values;
      const values = stored.observed.kind === 'text' ? ` (${comparedWords(stored)} → ${comparedWords(now)})` : '';
      return `check ${nameOfCheck(difference.check)}, as expected: ${yesOrNo(difference.stored)} → ${yesOrNo(difference.now)}${values}`;
    }
  }
}

function nameOfCheck({ number, ...check }: CheckKey): string {
  return inACell(checkWords(check)) + (number === undefined ? '' : ` (${number})`);
}

function showValue(value: Value | undefined): string {
  return value === undefined ? '–' : inACell(valueWords(value));
}

/** `zeroed, expected values` */
function comparedWords({ observed, expected }: Compared): string {
  return `${showValue(observed)}, expected ${showValue(expected)}`;
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

function nameOf({ name, repeat }: RejudgedCell): string {
  return boundedLine(repeat > 1 ? `${name} (repeat ${repeat})` : name);
}

function inACell(text: string): string {
  return boundedLine(text.replaceAll(/\s+/g, ' '));
}

function indented(text: string): string {
  return boundedEvidence(text)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function summary(runs: readonly RejudgedRun[], paint: Paint): string {
  const counts = countRejudged(runs);
  const cells = counts.same + counts.changed + counts['no-observations'] + counts.failed;
  const parts = [
    `${counts.same} the same`,
    paint(counts.changed > 0 ? 'red' : 'dim', `${counts.changed} changed`) +
      (counts.changed > 0 ? ` (${counts.verdictsChanged} in outcome or bug)` : ''),
    `${counts['no-observations']} without observations`,
    ...(counts.failed > 0 ? [paint('yellow', `${counts.failed} could not be judged`)] : []),
    ...(counts.damaged > 0 ? [paint('yellow', `${counted(counts.damaged, 'file')} could not be read`)] : []),
  ];
  return `${counted(cells, 'cell')} of ${counted(runs.length, 'run')}: ${parts.join(', ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

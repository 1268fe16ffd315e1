import { boundedLine } from '../core/printable.ts';
import type { Check } from '../judge/check.ts';
import type { JudgedPair } from '../run/judged-pair.ts';
import { bugOf } from './bug-words.ts';
import { oneLine } from './one-line.ts';
import { wrap, type Screen } from './screen.ts';
import { fittedTable } from './table.ts';
import { unlikeChecks } from './unlike-checks.ts';
import { checkWords, observedWords } from './value-words.ts';

/** Log lines that are shown: the beginning of each kind tells the story. */
const mostLines = 3;

/** A cause and its control beside each other: the levels in which they differ, the checks that came out differently, and what the log says of the cause. */
export function sideBySide([cause, control]: JudgedPair, screen: Screen): string {
  const { paint, width } = screen;
  const differing = Object.keys(cause.cell).filter((factor) => cause.cell[factor] !== control.cell[factor]);
  const common = Object.keys(cause.cell).filter((factor) => !differing.includes(factor));
  const levels = (pick: readonly string[], cell = cause.cell) =>
    pick.map((factor) => `${factor}=${cell[factor]}`).join(' ');
  const { unlike, alike } = unlikeChecks([cause, control]);
  const rows = [
    ['bug', bugOf(cause.judgement.bug), bugOf(control.judgement.bug)],
    ...unlike.map(({ check, other }) => [
      checkWords(check),
      observedWords(check, cause.judgement),
      observedWords(other, control.judgement),
    ]),
  ];
  const lines = inTurn(unlike.map(({ check }) => logLines(check))).slice(0, mostLines);
  return [
    paint('bold', 'The cause and its control'),
    paint('dim', wrap(`in both: ${levels(common)}`, width)),
    fittedTable(
      ['', levels(differing), levels(differing, control.cell)],
      rows.map((row) => row.map(oneLine)),
      screen,
    ),
    ...(alike > 0 ? [paint('dim', ` ${alike} other ${alike === 1 ? 'check is' : 'checks are'} the same in both`)] : []),
    ...(lines.length > 0 ? [paint('bold', `The log of dockerd with ${levels(differing)}`)] : []),
    ...lines.map((line) => wrap(`  ${boundedLine(line)}`, width)),
  ].join('\n');
}

/** The first of each list, then the second of each, and so on. */
function inTurn(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}

/** The evidence of a check that counts lines of a log. */
function logLines({ observed, evidence }: Check): readonly string[] {
  return observed.kind === 'count' && observed.unit === 'lines' ? evidence : [];
}

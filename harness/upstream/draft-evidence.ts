import { shortNumber, slopeWords } from '../report/site/numbers.ts';
import { checkWords, valueWords } from '../report/value-words.ts';
import type { JudgedCell } from './evidence.ts';
import { block, cellText, markdownTable } from './markdown.ts';

/** Longest lines of evidence, e.g. of a daemon's log, in characters; a whole log is in the run directory. */
const longest = 400;

/** The measurements of a cell, beside its control, as Markdown. */
export function measured(shown: JudgedCell, control: JudgedCell | undefined, plots: readonly string[]): string[] {
  const { slopes = [] } = shown.verdict.judgement;
  const rows = slopes.map((figure) => [
    cellText(figure.metric),
    figure.verdict,
    cellText(slopeWords(figure)),
    shortNumber(figure.threshold),
  ]);
  return [
    checkTable(shown, control),
    rows.length > 0 ? markdownTable(['metric', 'verdict', 'slope (its interval)', 'none up to'], rows) : '',
    ...plots.map((plot) => `![${plot}](${plot})`),
  ];
}

/** All figures, and the lines that the checks rest on, without those that are figures or a client's whole report. */
export function allFigures({ verdict: { judgement } }: JudgedCell): string[] {
  const { checks, figures = [] } = judgement;
  const lines = [...new Set(checks.flatMap(({ evidence }) => evidence))]
    .filter((line) => line !== '' && !line.startsWith('{') && !figures.some((figure) => figure.includes(line)))
    .map((line) => line.slice(0, longest));
  return [lines.length > 0 ? `Lines that show it:\n\n${block(lines)}` : '', block(figures)];
}

function checkTable({ plan, verdict }: JudgedCell, control: JudgedCell | undefined): string {
  const { checks } = verdict.judgement;
  if (!control) {
    return markdownTable(
      ['what', 'observed'],
      checks.map((check) => [cellText(checkWords(check)), cellText(valueWords(check.observed))]),
    );
  }
  const others = new Map(
    control.verdict.judgement.checks.map((check) => [checkWords(check), valueWords(check.observed)]),
  );
  const differs = Object.entries(control.plan.cell).filter(([factor, level]) => plan.cell[factor] !== level);
  const without = differs.map(([factor, level]) => `${factor}=${level}`).join(', ');
  const rows = checks.map((check) => {
    const name = checkWords(check);
    return [name, valueWords(check.observed), others.get(name) ?? 'not looked at'].map(cellText);
  });
  return markdownTable(['what', 'here', `with ${cellText(without)}`], rows);
}

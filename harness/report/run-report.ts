import stringWidth from 'string-width';
import { neededLevel } from '../core/cell.ts';
import { boundedEvidence, boundedLine } from '../core/printable.ts';
import { fromOf } from '../store/origin.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { bugSentence } from './bug-words.ts';
import { oneLine } from './one-line.ts';
import { repeatOf, runTable } from './run-table.ts';
import { wrap, type Screen } from './screen.ts';
import { showOutcome, showSeconds, type Paint } from './style.ts';
import { checkWords, slopeSentence, summaryWords, valueWords } from './value-words.ts';

/** What a report of a run has beside the run. */
export interface RunReportOptions {
  /** The scenario's own conclusion from all judged cells. */
  conclusion?: readonly string[];
  /** Whether all figures of each cell are shown, and not only the deciding slope of those with the bug. */
  isVerbose?: boolean;
}

/** A stored run as a person reads it: where it was, a row a cell, the answer in a sentence, every surprise with its evidence, the sum. */
export function reportRun(stored: StoredRun, screen: Screen, options: RunReportOptions = {}): string {
  const { run, cells, directory } = stored;
  const { conclusion = [], isVerbose = false } = options;
  const { paint, width } = screen;
  const dim = (text: string) => painted(paint, 'dim', wrap(text, width));
  const parts = [
    painted(paint, 'bold', wrap(boundedLine(run.claim), width)),
    dim(provenance(stored)),
    runTable(cells, screen),
    painted(paint, 'bold', wrap(bugSentence(cells) ?? '', width)),
    ...(isVerbose ? cells.flatMap((cell) => figures(cell, screen)) : slopes(cells, width)),
    wrap(conclusion.join('\n'), width),
    ...reasons(cells, screen),
    ...cells.flatMap((cell) => details(cell, screen)),
    damage(stored, screen),
    ...run.notes.map((note) => dim(boundedLine(note))),
    packed([...summary(stored, paint), directory], width),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** Clauses beside each other, in as many lines as they take. */
function packed(clauses: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const clause of clauses) {
    const longer = lines.length === 0 ? clause : `${lines.at(-1)} · ${clause}`;
    if (lines.length > 0 && stringWidth(longer) > width) lines.push(clause);
    else lines.splice(-1, 1, longer);
  }
  return lines.join('\n  ');
}

/** Colours each line by itself, so that a colour does not reach into the next. */
function painted(paint: Paint, format: Parameters<Paint>[0], text: string): string {
  return text
    .split('\n')
    .map((line) => line && paint(format, line))
    .join('\n');
}

function provenance({ run, cells }: StoredRun): string {
  const builds = run.builds.map(({ name, version, commit, origin, binaries }) => {
    const from = fromOf(origin);
    const digest = binaries.find((binary) => binary.name === 'dockerd')?.sha256.slice(0, 12) ?? 'unknown';
    return `dockerd ${name === version ? version : `${name} (${version})`} build ${commit}: ${from}, sha256 ${digest}…`;
  });
  const { machine, kernel, cgroupVersion } = run.machine;
  const bootsItsOwn = cells.some(({ plan }) => neededLevel(plan.cell, 'kernel') !== undefined);
  const place = bootsItsOwn
    ? ` on a host with kernel ${kernel}`
    : `, kernel ${kernel}, cgroup v${cgroupVersion ?? '?'}`;
  const kernels = (run.kernels ?? []).map(({ name, release, sha256 }) => {
    // Of a box is known how its release begins.
    const which = sha256 === undefined ? '…, as the box has it' : `, image sha256 ${sha256.slice(0, 12)}…`;
    return `kernel ${name}: ${release}${which}`;
  });
  return [`${machine} machine${place}; started ${run.startedAt}`, ...kernels, ...builds].join('\n');
}

/** Files of the run that are left out. */
function damage({ damaged = [] }: StoredRun, { paint, width }: Screen): string {
  if (damaged.length === 0) return '';
  const heading = `${damaged.length} ${damaged.length === 1 ? 'file' : 'files'} of this run could not be read:`;
  const lines = damaged.flatMap(({ file, why }) => [
    `  ${file}`,
    ...boundedEvidence(why)
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  return [paint('yellow', heading), ...lines.map((line) => wrap(line, width))].join('\n');
}

/** Why things are as they are expected to be, once for each reason. */
function reasons(cells: StoredCell[], { paint, width }: Screen): string[] {
  const known = new Map<string, string>();
  for (const { verdict } of cells) {
    const { judgement } = verdict ?? {};
    if (judgement) known.set(`${judgement.reason} (${judgement.reference})`, summaryWords(judgement.expected));
  }
  if (known.size === 0) return [];
  const lines = [...known].map(([reason, expected]) => wrap(`  ${oneLine(expected)}: ${oneLine(reason)}`, width));
  return [[paint('bold', 'Why that is expected'), ...lines].join('\n')];
}

/** Lines of figures that are printed: the most telling come first, and a cell with profiles has some 60. */
const mostFigures = 200;

/** Cells whose deciding slope is shown without being asked for. */
const mostSlopes = 8;

/** The deciding slope of each cell with the bug, and how certain it is. */
function slopes(cells: readonly StoredCell[], width: number): string[] {
  const lines = cells.flatMap(({ plan, verdict }) => {
    const [first] = verdict?.judgement?.slopes ?? [];
    const isShown = verdict?.judgement?.bug === 'present' && first?.verdict === 'leak';
    return isShown ? [wrap(`  ${slopeSentence(first)}  ${plan.name}${repeatOf(plan)}`, width)] : [];
  });
  const more = lines.length - mostSlopes;
  const shown = [...lines.slice(0, mostSlopes), ...(more > 0 ? [`  … ${more} more`] : [])];
  return shown.length === 0 ? [] : [shown.join('\n')];
}

/** The numbers of a cell that has some. */
function figures({ plan, verdict }: StoredCell, { paint, width }: Screen): string[] {
  const lines = verdict?.judgement?.figures ?? [];
  if (lines.length === 0) return [];
  const more = lines.length - mostFigures;
  const shown = [...lines.slice(0, mostFigures).map(boundedLine), ...(more > 0 ? [`… ${more} more lines`] : [])];
  return [
    [paint('bold', `${plan.name}${repeatOf(plan)}`), ...shown.map((line) => wrap(`  ${line}`, width))].join('\n'),
  ];
}

function details({ plan, directory, verdict }: StoredCell, { paint, width }: Screen): string[] {
  const sign = showOutcome(verdict?.outcome ?? 'not-finished', paint);
  const heading = `${sign}  ${wrap(`${plan.name}${repeatOf(plan)}`, width - stringWidth(sign) - 2)}`;
  if (!verdict) return [`${heading}\n  the run ended before this cell did; its events are in ${directory}`];
  if (verdict.outcome === 'as-expected') return [];
  const lines = verdict.failure ? boundedEvidence(verdict.failure).split('\n') : surprises(verdict);
  return [
    [
      heading,
      ...lines.map((line) => wrap(`  ${line}`, width)),
      painted(paint, 'dim', wrap(`  ${directory}`, width)),
    ].join('\n'),
  ];
}

function surprises({ judgement }: VerdictRecord): string[] {
  const worth = judgement?.checks.filter(({ asExpected, expected }) => !asExpected || expected === undefined) ?? [];
  return worth.flatMap(({ observed, expected, evidence, ...check }) => [
    `${oneLine(checkWords(check))}: ${oneLine(valueWords(observed))}, ${expected ? `expected ${oneLine(valueWords(expected))}` : 'the expected value is not known yet'}`,
    ...(evidence.length > 0 ? boundedEvidence(evidence.join('\n')).split('\n') : []).map((line) => `    ${line}`),
  ]);
}

function summary({ run, cells }: StoredRun, paint: Paint): string[] {
  const counts = new Map<string, number>();
  for (const { verdict } of cells) {
    const word = showOutcome(verdict?.outcome ?? 'not-finished', paint);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const begun = [...counts].map(([word, count]) => `${count} ${word}`);
  const unbegun = run.cells.filter((name) => !cells.some(({ plan }) => plan.name === name)).length;
  if (unbegun > 0) begun.push(`${unbegun} not started`);
  const flaky = flakes(cells);
  if (flaky > 0) begun.push(paint('yellow', `${flaky} flaky: their repeats disagree`));
  const seconds = run.endedAt ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : undefined;
  const time =
    seconds === undefined ? run.state : `${showSeconds(seconds)}${run.state === 'interrupted' ? ', interrupted' : ''}`;
  return [
    `${run.cells.length} ${run.cells.length === 1 ? 'cell' : 'cells'}: ${begun.join(', ')}`,
    `${time}, ${run.jobs} side by side`,
  ];
}

/** Cells whose repeats came to different outcomes. */
function flakes(cells: StoredCell[]): number {
  const outcomes = new Map<string, Set<string | undefined>>();
  for (const { plan, verdict } of cells) {
    outcomes.set(plan.name, (outcomes.get(plan.name) ?? new Set()).add(verdict?.outcome));
  }
  return [...outcomes.values()].filter(({ size }) => size > 1).length;
}

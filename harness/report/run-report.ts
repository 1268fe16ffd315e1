import { boundedEvidence, boundedLine } from '../core/printable.ts';
import { fromOf } from '../store/origin.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { openTable } from './table.ts';
import { showOutcome, showSeconds, type Paint } from './style.ts';

/** A stored run as a person reads it: where it was, a row a cell, every surprise with its evidence, the sum. */
export function reportRun(stored: StoredRun, paint: Paint, conclusion: string[] = []): string {
  const { run, cells, directory } = stored;
  const parts = [
    paint('bold', boundedLine(run.claim)),
    provenance(stored, paint),
    table(cells, paint),
    ...reasons(cells, paint),
    ...cells.flatMap((cell) => figures(cell, paint)),
    ...cells.flatMap((cell) => details(cell, paint)),
    damage(stored, paint),
    conclusion.join('\n'),
    ...run.notes.map((note) => paint('dim', boundedLine(note))),
    `${summary(stored, paint)} · ${directory}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function provenance({ run, cells }: StoredRun, paint: Paint): string {
  const builds = run.builds.map(({ name, version, commit, origin, binaries }) => {
    const from = fromOf(origin);
    const digest = binaries.find((binary) => binary.name === 'dockerd')?.sha256.slice(0, 12) ?? 'unknown';
    return `dockerd ${name === version ? version : `${name} (${version})`} build ${commit}: ${from}, sha256 ${digest}…`;
  });
  const { machine, kernel, cgroupVersion } = run.machine;
  const bootsItsOwn = cells.some(({ plan }) => plan.cell['kernel'] !== undefined);
  const place = bootsItsOwn
    ? ` on a host with kernel ${kernel}`
    : `, kernel ${kernel}, cgroup v${cgroupVersion ?? '?'}`;
  const kernels = (run.kernels ?? []).map(({ name, release, sha256 }) => {
    // Of a box is known how its release begins.
    const which = sha256 === undefined ? '…, as the box has it' : `, image sha256 ${sha256.slice(0, 12)}…`;
    return `kernel ${name}: ${release}${which}`;
  });
  return [`${machine} machine${place}; started ${run.startedAt}`, ...kernels, ...builds]
    .map((line) => paint('dim', line))
    .join('\n');
}

function table(cells: StoredCell[], paint: Paint): string {
  const factors = [...new Set(cells.flatMap(({ plan }) => Object.keys(plan.cell)))];
  const constant = factors.filter(
    (factor) => cells.length > 1 && new Set(cells.map(({ plan }) => plan.cell[factor])).size === 1,
  );
  const shown = factors.filter((factor) => !constant.includes(factor));
  const rows = openTable([...shown, 'observed', 'expected', 'verdict', 'time'], paint);
  for (const { plan, verdict } of cells) {
    const { judgement } = verdict ?? {};
    const levels = shown.map((factor) => plan.cell[factor] ?? '');
    const expected = judgement?.expected === judgement?.observed ? 'the same' : judgement?.expected;
    rows.push([
      ...levels.map(inACell),
      inACell(judgement?.observed ?? '–'),
      inACell(judgement ? (expected ?? '') : '–'),
      showOutcome(verdict?.outcome ?? 'not-finished', paint) + repeatOf(plan),
      verdict ? showSeconds(verdict.seconds) : '',
    ]);
  }
  const fixed = constant.map((factor) => `${factor}=${cells[0]?.plan.cell[factor]}`).join(' ');
  return (fixed ? `${paint('dim', `in all cells: ${fixed}`)}\n` : '') + rows.toString();
}

/** Files of the run that are left out. */
function damage({ damaged = [] }: StoredRun, paint: Paint): string {
  if (damaged.length === 0) return '';
  const heading = `${damaged.length} ${damaged.length === 1 ? 'file' : 'files'} of this run could not be read:`;
  const lines = damaged.flatMap(({ file, why }) => [
    `  ${file}`,
    ...boundedEvidence(why)
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  return [paint('yellow', heading), ...lines].join('\n');
}

/** Text in a cell of a table: a line that can be read. */
function inACell(text: string): string {
  return boundedLine(text.replaceAll(/\s+/g, ' '));
}

function repeatOf({ repeat }: StoredCell['plan']): string {
  return repeat > 1 ? ` (repeat ${repeat})` : '';
}

/** Why things are as they are expected to be, once for each reason. */
function reasons(cells: StoredCell[], paint: Paint): string[] {
  const known = new Map<string, string>();
  for (const { verdict } of cells) {
    const { judgement } = verdict ?? {};
    if (judgement) known.set(`${judgement.reason} (${judgement.reference})`, judgement.expected);
  }
  if (known.size === 0) return [];
  const lines = [...known].map(([reason, expected]) => `  ${inACell(expected)}: ${inACell(reason)}`);
  return [[paint('bold', 'Why that is expected'), ...lines].join('\n')];
}

/** Lines of figures that are printed: the most telling come first, and a cell with profiles has some 60. */
const mostFigures = 200;

/** The numbers of a cell that has some. */
function figures({ plan, verdict }: StoredCell, paint: Paint): string[] {
  const lines = verdict?.judgement?.figures ?? [];
  if (lines.length === 0) return [];
  const more = lines.length - mostFigures;
  const shown = [...lines.slice(0, mostFigures).map(boundedLine), ...(more > 0 ? [`… ${more} more lines`] : [])];
  return [[paint('bold', `${plan.name}${repeatOf(plan)}`), ...shown.map((line) => `  ${line}`)].join('\n')];
}

function details({ plan, directory, verdict }: StoredCell, paint: Paint): string[] {
  const heading = `${showOutcome(verdict?.outcome ?? 'not-finished', paint)}  ${plan.name}${repeatOf(plan)}`;
  if (!verdict) return [`${heading}\n  the run ended before this cell did; its events are in ${directory}`];
  if (verdict.outcome === 'as-expected') return [];
  const lines = verdict.failure ? boundedEvidence(verdict.failure).split('\n') : surprises(verdict);
  return [[heading, ...lines.map((line) => `  ${line}`), `  ${paint('dim', directory)}`].join('\n')];
}

function surprises({ judgement }: VerdictRecord): string[] {
  const worth = judgement?.checks.filter(({ asExpected, expected }) => !asExpected || expected === undefined) ?? [];
  return worth.flatMap(({ what, observed, expected, evidence }) => [
    `${inACell(what)}: ${inACell(observed)}, expected ${inACell(expected ?? 'is not known yet')}`,
    ...(evidence.length > 0 ? boundedEvidence(evidence.join('\n')).split('\n') : []).map((line) => `    ${line}`),
  ]);
}

function summary({ run, cells }: StoredRun, paint: Paint): string {
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
  return `${run.cells.length} ${run.cells.length === 1 ? 'cell' : 'cells'}: ${begun.join(', ')} · ${time}, ${run.jobs} side by side`;
}

/** Cells whose repeats came to different outcomes. */
function flakes(cells: StoredCell[]): number {
  const outcomes = new Map<string, Set<string | undefined>>();
  for (const { plan, verdict } of cells) {
    outcomes.set(plan.name, (outcomes.get(plan.name) ?? new Set()).add(verdict?.outcome));
  }
  return [...outcomes.values()].filter(({ size }) => size > 1).length;
}

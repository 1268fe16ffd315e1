import { neededLevel } from '../core/cell.ts';
import { limitWords } from '../core/limits.ts';
import { compareVersions } from '../core/version.ts';
import type { StoredCell, StoredRun } from '../store/read-run.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { summaryWords } from '../report/value-words.ts';
import type { Tracker } from './trackers.ts';

/** A cell that was judged. */
export interface JudgedCell extends StoredCell {
  verdict: VerdictRecord & { judgement: NonNullable<VerdictRecord['judgement']> };
}

/** The evidence of a run for the maintainers who could fix the bug. */
export interface Evidence {
  /** Why there is no draft, a sentence each; empty when the evidence is strong enough. */
  withheld: string[];
  /** The cell that the draft is about: the newest subject that has the bug. */
  shown?: JudgedCell;
  /** A cell of the same version without the bug, the one that differs from it in the fewest levels: its cause is among those. */
  control?: JudgedCell;
  /** Every cell of a real subject that was judged, in the order of the run. */
  cells: JudgedCell[];
  /** Set when its maintainers do not look at the newest version that has it: the first sentence of a draft. */
  unsupported?: string;
  /** Caveats for the reader. */
  caveats: string[];
  /** Every subject that was tried, newest first, and what became of it. */
  tried: {
    version: string;
    outcome: 'has the bug' | 'has it in no cell' | 'not decided';
    cells: number;
    withBug: number;
  }[];
}

/** Weighs a run. Pure: it looks at the run alone. */
export function weigh({ run, cells }: StoredRun, tracker: Tracker, wanted?: string): Evidence {
  const { subject, supports } = tracker;
  const own = cells.filter(({ plan }) => run.cells.includes(plan.name));
  const judged = own.filter(isJudged);
  const replicas = new Set(run.builds.filter(({ origin }) => origin.kind === 'replica').map(({ name }) => name));
  const isReplica = ({ plan }: StoredCell) => replicas.has(neededLevel(plan.cell, 'daemon') ?? '');
  // Only of what upstream has made: a replica is our own.
  const real = judged.filter((cell) => !isReplica(cell));
  const versionOf = (cell: JudgedCell) => versionOfCell(cell, run, subject);
  const withBug = real.filter(
    (cell) => cell.verdict.judgement.bug === 'present' && cell.verdict.outcome !== 'inconclusive',
  );
  const candidates = wanted === undefined ? withBug : withBug.filter(({ plan }) => plan.name === wanted);
  const [shown] = candidates.toSorted((a, b) => compareVersions(versionOf(b), versionOf(a)));

  const withheld: string[] = [];
  if (run.state !== 'finished') withheld.push(`the run is ${run.state}: what it has not tried could contradict it`);
  if (real.length === 0 && judged.length > 0)
    withheld.push('only the lab’s replica was tried, which upstream has not made');
  if (!shown && real.length > 0) {
    withheld.push(
      wanted === undefined ? 'no cell of the run shows the bug' : `the cell ${wanted} does not show the bug`,
    );
  }
  const flaky =
    shown &&
    own.some(({ plan, verdict }) => plan.name === shown.plan.name && verdict?.outcome !== shown.verdict.outcome);
  if (flaky) withheld.push('the cell came to another outcome when it was repeated');
  const surprises = real.filter(
    ({ verdict }) => verdict.outcome === 'unexpected' && verdict.judgement.bug !== 'present',
  );
  for (const { plan, verdict } of surprises)
    withheld.push(`${plan.name} is a surprise of its own: ${summaryWords(verdict.judgement.observed)}`);
  const clean = real.filter(({ verdict }) => verdict.judgement.bug === 'absent');
  if (shown && clean.length === 0) withheld.push('no cell without the bug was tried beside it: its cause is unknown');

  const versions = [...new Set(real.map(versionOf))].toSorted((a, b) => compareVersions(b, a));
  const tried = versions.map((version) => {
    const ofVersion = real.filter((cell) => versionOf(cell) === version);
    const number = ofVersion.filter((cell) => withBug.includes(cell)).length;
    const undecided = ofVersion.every(
      ({ verdict }) => verdict.judgement.bug === 'unknown' || verdict.outcome === 'inconclusive',
    );
    const outcome = number > 0 ? 'has the bug' : undecided ? 'not decided' : 'has it in no cell';
    return { version, outcome, cells: ofVersion.length, withBug: number } as const;
  });
  const caveats = [
    ...run.machine.limits.map(limitWords),
    ...(run.machine.kind === 'microvm'
      ? ['It was measured in QEMU; without KVM its times are not those of a host.']
      : []),
    ...(run.lab.revision.endsWith('+') ? ['The lab itself had changes that are in no commit.'] : []),
    ...(shown?.plan.sizes === undefined ? [] : [`The protocol was made smaller: ${sizesOf(shown.plan.sizes)}.`]),
    ...(shown?.verdict.outcome === 'unexpected' ? ['The lab did not expect this outcome.'] : []),
  ];
  const unsupported =
    shown && supports && !supports(versionOf(shown)) && notSupported(versionOf(shown), versions, tracker);
  const control =
    shown &&
    controlOf(
      shown,
      clean.filter((cell) => versionOf(cell) === versionOf(shown)),
    );
  const found = { ...(shown && { shown }), ...(control && { control }), ...(unsupported && { unsupported }) };
  return { withheld, ...found, cells: real, caveats, tried };
}

function controlOf(shown: JudgedCell, clean: readonly JudgedCell[]): JudgedCell | undefined {
  const apart = ({ plan }: JudgedCell) =>
    Object.entries(plan.cell).filter(([factor, level]) => shown.plan.cell[factor] !== level).length;
  return clean.toSorted((a, b) => apart(a) - apart(b))[0];
}

function sizesOf(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, number]) => `${name}=${number}`)
    .join(', ');
}

/** The first statement for the maintainers: that the version is no longer supported, and how the supported ones behave. */
function notSupported(version: string, tried: string[], { of, supports = () => true, supported }: Tracker): string {
  const newer = tried.filter((one) => supports(one));
  const offer =
    newer.length > 0
      ? `It was tried on ${newer.join(' and ')}, too, and not seen there.`
      : 'None of those was tried: with --daemon 26.1.5 --daemon rolling the lab does.';
  return `The newest version that has this is ${version}; ${of} looks at ${supported}. ${offer}`;
}

function isJudged(cell: StoredCell): cell is JudgedCell {
  return cell.verdict?.judgement !== undefined;
}

/** Of the daemon, or the release of the kernel, whichever the tracker is about. */
function versionOfCell({ plan, verdict }: JudgedCell, run: StoredRun['run'], subject: Tracker['subject']): string {
  if (subject === 'daemon') return verdict.version ?? 'unknown';
  return run.kernels?.find(({ name }) => name === neededLevel(plan.cell, 'kernel'))?.release ?? run.machine.kernel;
}

import { neededLevel } from '../core/cell.ts';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Scenario } from './scenario.ts';
import { readJsonBeneath } from '../store/files.ts';
import type { Damage } from '../store/damage.ts';
import { readRun, type StoredCell, type StoredRun } from '../store/read-run.ts';
import {
  rejudgedRecord,
  type PlanRecord,
  type RejudgedRecord,
  type RunRecord,
  type VerdictRecord,
} from '../store/schema.ts';
import { writeStored } from '../store/write-stored.ts';
import { exitCodes } from './exit-code.ts';
import { judgeCell, type Judged } from './judge-cell.ts';
import { differencesOf, isVerdictChanged, type JudgementDifference } from './judgement-differences.ts';

/** The file of later judgements in a cell's directory. */
const rejudgedFile = 'rejudged.json';

/** The result of judging a stored cell again. */
type Rejudgement =
  | { status: 'same'; now: Judged }
  | { status: 'changed'; now: Judged; differences: JudgementDifference[] }
  /** It has no observations, and its verdict does not claim any. */
  | { status: 'no-observations' }
  /** It could not be read, judged, or written. */
  | { status: 'failed'; why: string };

/** A cell of a stored run, with both of its judgements. */
export type RejudgedCell = Rejudgement & {
  name: string;
  repeat: number;
  /** Relative to the directory of the run. */
  directory: string;
  stored: VerdictRecord | undefined;
};

/** A stored run whose cells were judged again. */
export interface RejudgedRun {
  run: string;
  cells: RejudgedCell[];
  /** Files that belong to no cell that could be read. */
  damaged: Damage[];
}

/** Options for judging runs again. */
export interface Rejudging {
  /** The scenario of a stored cell; undefined when there is none of that name any more. */
  scenarioOf: (run: RunRecord, plan: PlanRecord) => Scenario | undefined;
  /** Set when the new judgements are stored beside the old: the lab that judges. */
  write?: RunRecord['lab'];
}

/** Judges the cells of a stored run again, from their files alone. Never rejects for what the files are: what cannot be read is in the result. */
export async function rejudgeRun(directory: string, rejudging: Rejudging): Promise<RejudgedRun> {
  let stored: StoredRun;
  try {
    stored = await readRun(directory);
  } catch (error) {
    return { run: directory, cells: [], damaged: [{ file: 'run.json', why: messageOf(error) }] };
  }
  const damaged = new Map((stored.damaged ?? []).map(({ file, why }) => [file, why]));
  const cells: RejudgedCell[] = [];
  for (const cell of stored.cells) {
    const place = path.relative(directory, cell.directory);
    const verdictFile = `${place}/verdict.json`;
    const why = damaged.get(verdictFile);
    damaged.delete(verdictFile);
    const { plan, verdict } = cell;
    const rejudged =
      why === undefined ? await rejudgeCell(stored, cell, place, rejudging) : { status: 'failed' as const, why };
    cells.push({ name: plan.name, repeat: plan.repeat, directory: place, stored: verdict, ...rejudged });
  }
  return { run: directory, cells, damaged: [...damaged].map(([file, why]) => ({ file, why })) };
}

async function rejudgeCell(
  { directory, run }: StoredRun,
  { plan, verdict }: StoredCell,
  place: string,
  { scenarioOf, write }: Rejudging,
): Promise<Rejudgement> {
  if (verdict?.finding === 'kernel-failed') return { status: 'no-observations' };
  const scenario = scenarioOf(run, plan);
  if (!scenario) return { status: 'failed', why: `no scenario of this lab is called ${plan.scenario ?? run.scenario}` };
  try {
    const subject = subjectOf(run, plan, verdict);
    const now = await judgeCell({ scenario, cell: plan.cell, run: directory, directory: place, ...subject });
    if (!now) {
      if (!verdict?.judgement) return { status: 'no-observations' };
      return { status: 'failed', why: 'it has a judgement, and no observations that it could be of' };
    }
    if (write) await append(directory, `${place}/${rejudgedFile}`, now, write);
    const differences = differencesOf(verdict, now);
    return differences.length === 0 ? { status: 'same', now } : { status: 'changed', now, differences };
  } catch (error) {
    return { status: 'failed', why: messageOf(error) };
  }
}

/** The information about its docker or kernel that the judge of a cell gets. */
function subjectOf({ builds, kernels = [] }: RunRecord, { cell }: PlanRecord, verdict: VerdictRecord | undefined) {
  const build = builds.find(({ name }) => name === neededLevel(cell, 'daemon'));
  const kernel = kernels.find(({ name }) => name === neededLevel(cell, 'kernel'));
  // As the judge got it during the run (run-cell.ts). One without a verdict did not store it.
  const version = verdict?.version ?? build?.version ?? kernel?.release ?? 'unknown';
  return { version, commit: build?.commit };
}

/** Stores a judgement after those that are there, unless the newest of them says the same by the same lab. */
async function append(run: string, file: string, { outcome, judgement }: Judged, lab: RunRecord['lab']): Promise<void> {
  const before = (await readJsonBeneath(run, file, rejudgedRecord)) ?? { schema: 2 as const, judgements: [] };
  const judgedAt = new Date().toISOString();
  const record = rejudgedRecord.parse({
    ...before,
    judgements: [...before.judgements, { judgedAt, lab, outcome, judgement }],
  } satisfies RejudgedRecord);
  const [newest, last] = [record.judgements.at(-1), before.judgements.at(-1)];
  if (last && isDeepStrictEqual({ ...newest, judgedAt: last.judgedAt }, last)) return;
  writeStored(run, file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Cells by what became of them. */
export interface RejudgedCounts extends Record<Rejudgement['status'], number> {
  /** Those of the changed whose outcome or bug has changed; of the others, only what was observed or expected has. */
  verdictsChanged: number;
  /** Files that could not be read and belong to no cell of these. */
  damaged: number;
}

/** Counts cells and damaged files of all runs. */
export function countRejudged(runs: readonly RejudgedRun[]): RejudgedCounts {
  const counts: RejudgedCounts = {
    same: 0,
    changed: 0,
    verdictsChanged: 0,
    'no-observations': 0,
    failed: 0,
    damaged: 0,
  };
  for (const { cells, damaged } of runs) {
    for (const cell of cells) {
      counts[cell.status]++;
      if (cell.status === 'changed' && isVerdictChanged(cell.differences)) counts.verdictsChanged++;
    }
    counts.damaged += damaged.length;
  }
  return counts;
}

/** 1 when a judgement has changed, else 3 when something could not be judged again, else 0. */
export function exitCodeOfRejudged(runs: readonly RejudgedRun[]): number {
  const { changed, failed, damaged } = countRejudged(runs);
  if (changed > 0) return exitCodes.unexpected;
  return failed + damaged > 0 ? exitCodes.couldNotRun : exitCodes.asExpected;
}

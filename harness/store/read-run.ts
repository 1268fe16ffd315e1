import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../core/errors.ts';
import { startDamageLog, type Damage } from './damage.ts';
import { openBeneath, refused } from './beneath.ts';
import { readJson, readJsonBeneath } from './files.ts';
import { listRuns } from './list-runs.ts';
import { planRecord, runRecord, verdictRecord, type PlanRecord, type RunRecord, type VerdictRecord } from './schema.ts';
import { isStored, listStored } from './stored-file.ts';
import { typedCommand } from '../core/typed-command.ts';

/** A cell of a stored run. Without a verdict it was still running when the run ended, or was not started. */
export interface StoredCell {
  plan: PlanRecord;
  directory: string;
  verdict?: VerdictRecord;
}

/** A run as its files tell it. */
export interface StoredRun {
  directory: string;
  run: RunRecord;
  cells: StoredCell[];
  /** Files that are left out, because they cannot be read; nothing in a run as the lab wrote it. */
  damaged?: Damage[];
}

/**
 * Reads a run from its directory alone. A file of a cell that cannot be read is left out and reported; a run without a readable `run.json` is
 * none.
 *
 * @throws {LabError} when `run.json` cannot be read
 */
export async function readRun(directory: string): Promise<StoredRun> {
  const run = await readJson(path.join(directory, 'run.json'), runRecord);
  const { damaged, readable } = startDamageLog();
  const cells: StoredCell[] = [];
  for (const name of (await readable('cells', () => namesOfCells(directory))) ?? []) {
    const cell = `cells/${name}`;
    const file = (record: string) => `${cell}/${record}`;
    const plan = await readable(file('plan.json'), () => readJsonBeneath(directory, file('plan.json'), planRecord));
    // Killed between making the directory and its plan: nothing was tried.
    if (!plan) continue;
    const verdict = await readable(file('verdict.json'), () =>
      readJsonBeneath(directory, file('verdict.json'), verdictRecord),
    );
    cells.push({ plan, directory: path.join(directory, cell), ...(verdict && { verdict }) });
  }
  const places = new Map(run.cells.map((name, place) => [name, place]));
  const position = ({ plan }: StoredCell) => (places.get(plan.name) ?? -1) * 1000 + plan.repeat;
  const sorted = cells.toSorted((a, b) => position(a) - position(b));
  return { directory, run, cells: sorted, ...(damaged.length > 0 && { damaged }) };
}

/** @throws {LabError} when there is no directory of cells: a run has one before it has its record */
function namesOfCells(run: string): string[] {
  using place = openBeneath(run, 'cells');
  if (!place) throw refused(path.join(run, 'cells'), 'there is no such directory');
  return listStored(run, 'cells');
}

/**
 * Finds the directory of a run: a path, `SCENARIO`, `SCENARIO/START`, or, with nothing given, the latest of all.
 *
 * @throws {UsageError} when there is no such run.
 */
export async function findRun(results: string, wanted?: string): Promise<string> {
  if (wanted !== undefined) {
    const candidates = [wanted, path.join(results, wanted), latestOf(path.join(results, wanted))];
    const found = candidates.find((candidate) => candidate !== undefined && isStored(candidate, 'run.json'));
    if (wanted !== '' && found !== undefined) return found;
    throw new UsageError(
      `There is no run "${wanted}" in ${results}: name a run directory, SCENARIO or SCENARIO/START.`,
    );
  }
  const runs = await listRuns(results);
  const latest = runs.toSorted((a, b) => path.basename(a).localeCompare(path.basename(b))).at(-1);
  if (latest === undefined)
    throw new UsageError(`There is no run in ${results} yet: ${typedCommand('scenario', 'netns-restore')} makes one.`);
  return path.join(results, latest);
}

/** Where `latest` of a scenario leads, if that is a run beside it: one of other results may lead anywhere. */
function latestOf(scenario: string): string | undefined {
  try {
    const target = readlinkSync(path.join(scenario, 'latest'));
    return target.includes('/') || target.startsWith('.') ? undefined : path.join(scenario, target);
  } catch {
    return undefined;
  }
}

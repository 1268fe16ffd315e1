import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ZodType } from 'zod';
import { UsageError } from '../errors.ts';
import { readJson } from './files.ts';
import { planRecord, runRecord, verdictRecord, type PlanRecord, type RunRecord, type VerdictRecord } from './schema.ts';

/** A cell of a stored run. Without a verdict it was still running when the run ended, or was never begun. */
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
}

/** Reads a run from its directory alone. */
export async function readRun(directory: string): Promise<StoredRun> {
  const run = await readJson(path.join(directory, 'run.json'), runRecord);
  const cells: StoredCell[] = [];
  for (const name of await readdir(path.join(directory, 'cells'))) {
    const cellDirectory = path.join(directory, 'cells', name);
    const plan = await readIfThere(path.join(cellDirectory, 'plan.json'), planRecord);
    // Killed between making the directory and its plan: nothing was tried.
    if (!plan) continue;
    const verdict = await readIfThere(path.join(cellDirectory, 'verdict.json'), verdictRecord);
    cells.push({ plan, directory: cellDirectory, ...(verdict && { verdict }) });
  }
  const position = ({ plan }: StoredCell) => run.cells.indexOf(plan.name) * 1000 + plan.repeat;
  return { directory, run, cells: cells.toSorted((a, b) => position(a) - position(b)) };
}

/**
 * Finds the directory of a run: a path, `SCENARIO`, `SCENARIO/START`, or, with nothing given, the latest of all.
 *
 * @throws {UsageError} when there is no such run.
 */
export async function findRun(results: string, wanted?: string): Promise<string> {
  if (wanted !== undefined) {
    const candidates = [wanted, path.join(results, wanted), path.join(results, wanted, 'latest')];
    const found = candidates.find((candidate) => existsSync(path.join(candidate, 'run.json')));
    if (found) return found;
    throw new UsageError(
      `There is no run "${wanted}" in ${results}: name a run directory, SCENARIO or SCENARIO/START.`,
    );
  }
  const starts: { start: string; directory: string }[] = [];
  for (const scenario of await readdir(results, { withFileTypes: true }).catch(() => [])) {
    if (!scenario.isDirectory()) continue;
    for (const start of await readdir(path.join(results, scenario.name))) {
      const directory = path.join(results, scenario.name, start);
      if (start !== 'latest' && existsSync(path.join(directory, 'run.json'))) starts.push({ start, directory });
    }
  }
  const latest = starts.toSorted((a, b) => a.start.localeCompare(b.start)).at(-1);
  if (!latest) throw new UsageError(`There is no run in ${results} yet: npm run scenario netns-restore makes one.`);
  return latest.directory;
}

async function readIfThere<T>(file: string, schema: ZodType<T>): Promise<T | undefined> {
  return existsSync(file) ? readJson(file, schema) : undefined;
}

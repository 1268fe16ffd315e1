import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { nightsDirectory, readNights } from './record.ts';

/** What a merge did. */
export interface Merged {
  runs: number;
  nights: number;
  /** Runs and nights that were there already. */
  known: number;
}

/**
 * Copies the runs and nights of other results into these. The same cell from two hosts is kept from both, as runs keep their own
 * directories; a name that another run has gets a number. Merging the same results again changes nothing.
 *
 * @throws {UsageError} for a directory that has no results
 */
export async function mergeResults(sources: readonly string[], results: string): Promise<Merged> {
  const merged: Merged = { runs: 0, nights: 0, known: 0 };
  for (const source of sources) {
    const runs = await runsIn(source);
    const nights = await readNights(source);
    if (runs.length + nights.length === 0)
      throw new UsageError(`There is no run in ${source}: name a directory with results.`);
    const names = new Map<string, string>();
    for (const run of runs) {
      const text = await readFile(path.join(source, run, 'run.json'), 'utf8');
      const brought = await bring(path.join(source, run), results, run, { file: 'run.json', text });
      names.set(run, brought.name);
      merged[brought.isNew ? 'runs' : 'known']++;
    }
    for (const { directory, night } of nights) {
      const runsHere = night.runs.map((run) => names.get(run) ?? run);
      const text = `${JSON.stringify({ ...night, runs: runsHere }, null, 2)}\n`;
      const wanted = path.join(nightsDirectory, path.basename(directory));
      const brought = await bring(directory, results, wanted, { file: 'night.json', text });
      merged[brought.isNew ? 'nights' : 'known']++;
    }
  }
  return merged;
}

/** Copies a directory whole or not at all, with this record, and says under which name it is there now. */
async function bring(
  source: string,
  results: string,
  wanted: string,
  record: { file: string; text: string },
): Promise<{ name: string; isNew: boolean }> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    const target = path.join(results, name);
    if (existsSync(target)) {
      if ((await readFile(path.join(target, record.file), 'utf8')) === record.text) return { name, isNew: false };
      continue;
    }
    const staging = path.join(results, path.dirname(name), `.merging-${process.pid}`);
    await mkdir(path.dirname(staging), { recursive: true });
    await rm(staging, { recursive: true, force: true });
    await cp(source, staging, { recursive: true });
    await writeFile(path.join(staging, record.file), record.text);
    await rename(staging, target);
    return { name, isNew: true };
  }
}

/** Run directories, relative to the results. */
async function runsIn(results: string): Promise<string[]> {
  const runs: string[] = [];
  for (const scenario of await readdir(results, { withFileTypes: true }).catch(() => [])) {
    if (!scenario.isDirectory() || scenario.name === nightsDirectory) continue;
    for (const start of await readdir(path.join(results, scenario.name))) {
      const run = path.join(scenario.name, start);
      if (start !== 'latest' && existsSync(path.join(results, run, 'run.json'))) runs.push(run);
    }
  }
  return runs.toSorted();
}

import { lstatSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../core/errors.ts';
import { isThere } from '../store/beneath.ts';
import { copyStored } from '../store/copy-stored.ts';
import { readJson } from '../store/files.ts';
import { listRuns, nightsDirectory } from '../store/list-runs.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { isAbandoned, mark, markerFile } from '../store/marker.ts';
import { readStored } from '../store/stored-file.ts';
import { runRecord } from '../store/schema.ts';
import { writeStored } from '../store/write-stored.ts';
import { asking } from '../core/system-error.ts';
import { readNights } from '../store/night-record.ts';

/** Something that a merge has not copied. */
interface NotMerged {
  file: string;
  why: string;
}

/** The result of a merge. */
export interface Merged {
  runs: number;
  nights: number;
  /** Runs and nights that were there already. */
  known: number;
  /** Runs and nights that cannot be read, and files of others that are no regular ones. */
  leftOut: NotMerged[];
}

/**
 * Copies the runs and nights of other results into these. The same cell from two hosts is kept from both, as runs keep their own
 * directories; a name that another run has gets a number. Merging the same results again changes nothing. What was made elsewhere is not
 * trusted: no link of it is followed or copied, and a run or night that cannot be read is left out.
 *
 * @throws {UsageError} for a directory that has no results
 * @throws {LabError} when the results cannot be written
 */
export async function mergeResults(sources: readonly string[], results: string): Promise<Merged> {
  const merged: Merged = { runs: 0, nights: 0, known: 0, leftOut: [] };
  await makeDirectory(results);
  for (const source of sources) {
    const runs = await listRuns(source);
    const { nights, unreadable } = await readNights(source);
    if (runs.length + nights.length + unreadable.length === 0)
      throw new UsageError(`There is no run in ${source}: name a directory with results.`);
    merged.leftOut.push(...unreadable.map(({ directory, why }) => ({ file: directory, why })));
    const names = new Map<string, string>();
    for (const run of runs) {
      const brought = await bringRun(path.join(source, run), results, run, merged);
      if (brought === undefined) continue;
      names.set(run, brought.name);
      merged[brought.isNew ? 'runs' : 'known']++;
    }
    for (const { directory, night } of nights) {
      const runsHere = night.runs.map((run) => names.get(run) ?? run);
      const text = `${JSON.stringify({ ...night, runs: runsHere }, null, 2)}\n`;
      const wanted = path.join(nightsDirectory, path.basename(directory));
      const brought = await bring(directory, results, wanted, { file: 'night.json', text }, merged);
      merged[brought.isNew ? 'nights' : 'known']++;
    }
  }
  return merged;
}

async function bringRun(source: string, results: string, run: string, merged: Merged) {
  let text: string;
  try {
    await readJson(path.join(source, 'run.json'), runRecord);
    text = readStored(source, 'run.json')?.toString() ?? '';
  } catch (error) {
    merged.leftOut.push({ file: source, why: messageOf(error) });
    return undefined;
  }
  return bring(source, results, run, { file: 'run.json', text }, merged);
}

/** Copies a directory whole or not at all, with this record, and says under which name it is there now. */
async function bring(
  source: string,
  results: string,
  wanted: string,
  record: { file: string; text: string },
  { leftOut }: Merged,
): Promise<{ name: string; isNew: boolean }> {
  const parent = path.join(results, path.dirname(wanted));
  requireOwn(parent);
  await makeDirectory(parent);
  await sweep(parent);
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    const target = path.join(results, name);
    if (isThere(target)) {
      if (recordOf(results, `${name}/${record.file}`) === record.text) return { name, isNew: false };
      continue;
    }
    // Its name begins with a dot: however this process ends, no reader takes it for a run.
    const staging = path.join(parent, `${stagingPrefix}${process.pid}`);
    await asking(`copying ${source}`, async () => {
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging);
    });
    mark(parent, path.basename(staging), { made: 'merge', pid: process.pid });
    const left = copyStored(source, staging);
    leftOut.push(...left.map(({ file, why }) => ({ file: path.join(source, file), why })));
    writeStored(staging, record.file, record.text);
    await asking(`copying ${source}`, async () => {
      await rm(path.join(staging, markerFile), { force: true });
      await rename(staging, target);
    });
    return { name, isNew: true };
  }
}

const stagingPrefix = '.merging-';

/** Removes what a merge that was killed has left. */
async function sweep(parent: string): Promise<void> {
  for (const name of await asking(`looking at ${parent}`, () => readdir(parent))) {
    if (!name.startsWith(stagingPrefix) || !(await isAbandoned(parent, name))) continue;
    await asking(`removing ${path.join(parent, name)}`, () =>
      rm(path.join(parent, name), { recursive: true, force: true }),
    );
  }
}

/** The record file of a directory of these results; undefined for one that is not a run or night. */
function recordOf(results: string, file: string): string | undefined {
  try {
    return readStored(results, file)?.toString();
  } catch {
    return undefined;
  }
}

/** @throws {UsageError} for a link where a scenario's runs would go */
function requireOwn(parent: string): void {
  if (lstatSync(parent, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new UsageError(`${parent} is a symbolic link: runs are only copied into directories of the results.`);
  }
}

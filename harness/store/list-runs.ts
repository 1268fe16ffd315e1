import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { asking } from '../core/system-error.ts';
import { isStored } from './stored-file.ts';

/** Where nights are kept, below the results. */
export const nightsDirectory = 'nights';

/** Names below the results that are no scenarios. */
const reserved: ReadonlySet<string> = new Set([nightsDirectory, 'report']);

/** Whether a path is one of a run, relative to the results: `SCENARIO/START`. The paths of runs in a stored night are checked with it. */
export function isRunPath(run: string): boolean {
  const [scenario = '', start = '', ...rest] = run.split('/');
  return rest.length === 0 && isPlain(scenario) && !reserved.has(scenario) && isPlain(start) && start !== 'latest';
}

/** Every run directory below the results, relative to them, in the order of their names. No link is followed. */
export async function listRuns(results: string): Promise<string[]> {
  const runs: string[] = [];
  for (const scenario of await directoriesIn(results)) {
    if (reserved.has(scenario)) continue;
    for (const start of await directoriesIn(path.join(results, scenario))) {
      const run = `${scenario}/${start}`;
      if (isRunPath(run) && isStored(results, `${run}/run.json`)) runs.push(run);
    }
  }
  return runs;
}

/** Every night's directory below the results, relative to them, oldest first. */
export async function listNights(results: string): Promise<string[]> {
  const names = await directoriesIn(path.join(results, nightsDirectory));
  return names.map((name) => `${nightsDirectory}/${name}`).filter((night) => isStored(results, `${night}/night.json`));
}

/** Directories in one, without links, as `latest` is one, and without what is being made, whose names begin with a dot. */
async function directoriesIn(parent: string): Promise<string[]> {
  const entries = await asking(`looking for runs in ${parent}`, () => readdir(parent, { withFileTypes: true })).catch(
    (error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    },
  );
  return entries.flatMap((entry) => (entry.isDirectory() && isPlain(entry.name) ? [entry.name] : [])).toSorted();
}

/** A name of a directory that the lab may have made. */
function isPlain(name: string): boolean {
  return /^[^./\p{Cc}][^/\p{Cc}]*$/u.test(name);
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LabError } from '../core/errors.ts';
import { isThere } from '../store/beneath.ts';
import { readJsonBeneath, writeJson } from '../store/files.ts';
import { listStored } from '../store/stored-file.ts';

/** Where the report is written, below the results, unless the user says otherwise. */
export const reportDirectory = 'report';

/** The report's list of the runs that it shows. */
export const citationsFile = 'runs.json';

/** `report/runs.json` */
const citationsRecord = z.strictObject({
  schema: z.literal(1),
  /** Run directories, relative to the results. */
  runs: z.array(z.string()),
});

/** A run's list of the drafts that were made of it and lie elsewhere: it cannot be seen whether they are still there. */
const draftsFile = 'drafts.json';

/** `SCENARIO/START/drafts.json` */
const draftsRecord = z.strictObject({
  schema: z.literal(1),
  /** Absolute paths, on the host that wrote them. */
  drafts: z.array(z.string()),
});

/** Whether a directory has the list of runs that a report writes. */
export async function isCitations(directory: string): Promise<boolean> {
  return (await readJsonBeneath(directory, citationsFile, citationsRecord).catch(() => undefined)) !== undefined;
}

/** Makes a run remember a draft that is written outside of it. @param run its directory */
export async function rememberDraft(run: string, draft: string): Promise<void> {
  const file = path.join(run, draftsFile);
  const { drafts } = (await readJsonBeneath(run, draftsFile, draftsRecord)) ?? { drafts: [] };
  await writeJson(file, { schema: 1, drafts: [...new Set([...drafts, path.resolve(draft)])] });
}

/** Why a run must stay, by its directory: a report shows it, a draft was made of it, or it is the latest of its scenario. */
export async function citedRuns(results: string, runs: readonly string[]): Promise<Map<string, string>> {
  const cited = new Map<string, string>();
  const report = await readJsonBeneath(results, `${reportDirectory}/${citationsFile}`, citationsRecord);
  for (const run of report?.runs ?? []) cited.set(run, 'the report shows it');
  for (const run of runs) {
    if (hasDrafts(results, run) || isThere(path.join(results, run, draftsFile))) {
      cited.set(run, 'a draft for upstream was made of it');
    }
    const latest = path.join(results, path.dirname(run), 'latest');
    if (targetOf(latest) === path.basename(run)) cited.set(run, 'it is the latest of its scenario');
  }
  return cited;
}

/** A file that cannot be read may be a draft. */
function hasDrafts(results: string, run: string): boolean {
  try {
    return listStored(results, `${run}/upstream`).length > 0;
  } catch (error) {
    if (error instanceof LabError) return true;
    throw error;
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

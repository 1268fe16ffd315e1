import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from '../store/files.ts';

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

/** A run's list of the drafts that were made of it and lie elsewhere: it can't be seen whether they are still there. */
const draftsFile = 'drafts.json';

/** `SCENARIO/START/drafts.json` */
const draftsRecord = z.strictObject({
  schema: z.literal(1),
  /** Absolute paths, on the host that wrote them. */
  drafts: z.array(z.string()),
});

/** Makes a run remember a draft that is written outside of it. @param run its directory */
export async function rememberDraft(run: string, draft: string): Promise<void> {
  const file = path.join(run, draftsFile);
  const { drafts } = existsSync(file) ? await readJson(file, draftsRecord) : { drafts: [] };
  await writeJson(file, { schema: 1, drafts: [...new Set([...drafts, path.resolve(draft)])] });
}

/** Why a run must stay, by its directory: a report shows it, a draft was made of it, or it is the latest of its scenario. */
export async function citedRuns(results: string, runs: readonly string[]): Promise<Map<string, string>> {
  const cited = new Map<string, string>();
  const report = path.join(results, reportDirectory, citationsFile);
  if (existsSync(report)) {
    for (const run of (await readJson(report, citationsRecord)).runs) cited.set(run, 'the report shows it');
  }
  for (const run of runs) {
    const drafts = path.join(results, run, 'upstream');
    const isDrafted = existsSync(drafts) && (await readdir(drafts)).length > 0;
    if (isDrafted || existsSync(path.join(results, run, draftsFile))) {
      cited.set(run, 'a draft for upstream was made of it');
    }
    const latest = path.join(results, path.dirname(run), 'latest');
    const isLatest = existsSync(latest) && (await realpath(latest)) === (await realpath(path.join(results, run)));
    if (isLatest) cited.set(run, 'it is the latest of its scenario');
  }
  return cited;
}

import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { citationsFile, isCitations } from '../../history/citations.ts';
import type { History, Matrix } from '../../history/history.ts';
import { isThere } from '../../store/beneath.ts';
import { makeDirectory } from '../../store/make-directory.ts';
import { isAbandoned, mark, markerOf } from '../../store/marker.ts';
import { readRun, type StoredRun } from '../../store/read-run.ts';
import { makeStored, writeStored } from '../../store/write-stored.ts';
import { asking } from '../../core/system-error.ts';
import { readEvidence } from './evidence.ts';
import { runPage as runPagePath } from './links.ts';
import { matrixPage } from './matrix-page.ts';
import { runPage, unreadablePage } from './run-page.ts';

const assets = path.join(import.meta.dirname, 'assets');

/** The sources of a site, and its directory. */
export interface SiteRequest {
  history: Pick<History, 'matrix' | 'unreadable'>;
  results: string;
  out: string;
  /** Nights and runs by hand that are shown, the newest. */
  limit: number;
  conclusionOf: (stored: StoredRun) => Promise<string[]>;
}

/** The site that was written. */
export interface Site extends Matrix {
  /** Runs that could not be shown, whose pages say why. */
  unreadable: { run: string; why: string }[];
}

/** The entries of a site, which are replaced: nothing else in its directory is touched. */
const entries = ['runs', 'assets', citationsFile, 'index.html'];

/**
 * Writes the report: a page of the matrix, and one for each run in it. It needs nothing but its own directory. The pages are made beside those that are
 * there, and take their place when all of them are written.
 *
 * @throws {LabError} when the directory has files of these names that no report has made, or cannot be written
 */
export async function writeSite(request: SiteRequest): Promise<Site> {
  const { history, results, out, limit } = request;
  const matrix = history.matrix({ limit });
  await makeDirectory(out);
  await requireOwn(out);
  mark(out, '', { made: 'report' });
  await sweep(out);
  const staging = `${stagingPrefix}${process.pid}`;
  await asking(`making the report in ${out}`, () => rm(path.join(out, staging), { recursive: true, force: true }));
  makeStored(out, staging);
  mark(out, staging, { made: 'report', pid: process.pid });
  const write = (file: string, content: string | Uint8Array) => {
    makeStored(out, path.posix.join(staging, path.posix.dirname(file)));
    writeStored(out, `${staging}/${file}`, content);
  };
  try {
    const unreadable: Site['unreadable'] = [];
    for (const name of (await readdir(assets)).filter((one) => !one.endsWith('.js'))) {
      write(`assets/${name}`, await readFile(path.join(assets, name)));
    }
    makeStored(out, `${staging}/runs`);
    const runs = matrix.columns.flatMap((column) => column.runs);
    for (const run of runs) {
      const { files, why } = await pageOfRun(run, path.join(results, run), request);
      if (why !== undefined) unreadable.push({ run, why });
      for (const [file, content] of files) write(file, content);
    }
    write('index.html', matrixPage(matrix, history.unreadable));
    write(citationsFile, `${JSON.stringify({ schema: 1, runs }, null, 2)}\n`);
    await swap(out, staging);
    return { ...matrix, unreadable };
  } finally {
    await rm(path.join(out, staging), { recursive: true, force: true });
  }
}

/** Files, by their paths below the site. */
type Files = Map<string, string>;

/** The page of a run and what belongs to it; of one that cannot be shown, a page that says why. */
async function pageOfRun(
  run: string,
  directory: string,
  { conclusionOf }: SiteRequest,
): Promise<{ files: Files; why?: string }> {
  const page = runPagePath(run);
  try {
    return { files: await filesOfRun(run, await readRun(directory), page, conclusionOf) };
  } catch (error) {
    const why = messageOf(error);
    return { files: new Map([[page, unreadablePage(run, why, '../../')]]), why };
  }
}

async function filesOfRun(
  run: string,
  stored: StoredRun,
  page: string,
  conclusionOf: SiteRequest['conclusionOf'],
): Promise<Files> {
  const files: Files = new Map();
  // `runs/SCENARIO/START.html`, and what belongs to it in `runs/SCENARIO/START/`.
  const beside = page.replace(/\.html$/, '');
  const damaged = [...(stored.damaged ?? [])];
  const cells = [];
  for (const cell of stored.cells) {
    const evidence = await readEvidence(cell);
    damaged.push(
      ...evidence.damaged.map(({ file, why }) => ({ file: path.join(path.basename(cell.directory), file), why })),
    );
    if (evidence.flameGraph === undefined) {
      cells.push({ cell, evidence });
      continue;
    }
    const name = `${path.basename(cell.directory)}.svg`;
    files.set(`${beside}/${name}`, evidence.flameGraph);
    const flameGraph = `${encodeURIComponent(path.basename(beside))}/${encodeURIComponent(name)}`;
    cells.push({ cell, evidence, flameGraph });
  }
  const shown = { ...stored, directory: run, ...(damaged.length > 0 && { damaged }) };
  files.set(page, runPage({ stored: shown, cells, toRoot: '../../', conclusion: await conclusionOf(stored) }));
  return files;
}

/**
 * The lab replaces what it has made and nothing else: a directory is known by its marker, or, of an earlier version, by the list of runs that a report
 * writes.
 */
async function requireOwn(out: string): Promise<void> {
  const foreign = entries.find((name) => isThere(path.join(out, name)));
  if (foreign === undefined || (await markerOf(out, ''))?.made === 'report' || (await isCitations(out))) return;
  throw new LabError({
    doing: `writing the report into ${out}`,
    expected: 'an empty directory, or one that a report was written into',
    happened: `it has ${foreign}, and no report has made that`,
    hint: 'name another directory with --to, or remove what is in it by hand',
  });
}

const stagingPrefix = '.report-';

/** Removes what a report that was killed has left. */
async function sweep(out: string): Promise<void> {
  for (const name of await asking(`looking at ${out}`, () => readdir(out))) {
    if (!name.startsWith(stagingPrefix) || !(await isAbandoned(out, name))) continue;
    await asking(`removing ${path.join(out, name)}`, () => rm(path.join(out, name), { recursive: true, force: true }));
  }
}

/** Puts the new pages in the place of the old ones, which go with the directory that the new ones were made in. */
async function swap(out: string, staging: string): Promise<void> {
  await asking(`putting the new pages into ${out}`, async () => {
    for (const name of entries) {
      const [now, next] = [path.join(out, name), path.join(out, staging, name)];
      if (isThere(now)) await rename(now, path.join(out, staging, `old-${name}`));
      await rename(next, now);
    }
  });
}

import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../errors.ts';
import { citationsFile } from '../../history/citations.ts';
import type { History, Matrix } from '../../history/history.ts';
import { writeJson } from '../../store/files.ts';
import { readRun, type StoredRun } from '../../store/read-run.ts';
import { readEvidence } from './evidence.ts';
import { runPage as runPagePath } from './links.ts';
import { matrixPage } from './matrix-page.ts';
import { runPage } from './run-page.ts';

const assets = path.join(import.meta.dirname, 'assets');

/** What a site is made from, and where it goes. */
export interface SiteRequest {
  history: Pick<History, 'matrix'>;
  results: string;
  out: string;
  /** Nights and runs by hand that are shown, the newest. */
  limit: number;
  conclusionOf: (stored: StoredRun) => Promise<string[]>;
}

/** Writes the report: a page of the matrix, and one for each run in it. It needs nothing but its own directory. */
export async function writeSite(request: SiteRequest): Promise<Matrix> {
  const { history, results, out, limit } = request;
  const matrix = history.matrix({ limit });
  await mkdir(path.join(out, 'assets'), { recursive: true });
  // Pages of runs that are no longer shown would be linked from nowhere.
  await rm(path.join(out, 'runs'), { recursive: true, force: true });
  for (const name of await readdir(assets)) await copyFile(path.join(assets, name), path.join(out, 'assets', name));
  const runs = matrix.columns.flatMap((column) => column.runs);
  for (const run of runs) await writeRun(run, await readRun(path.join(results, run)), request);
  await writeFile(path.join(out, 'index.html'), matrixPage(matrix));
  await writeJson(path.join(out, citationsFile), { schema: 1, runs });
  return matrix;
}

async function writeRun(run: string, stored: StoredRun, { out, conclusionOf }: SiteRequest): Promise<void> {
  const page = path.join(out, runPagePath(run));
  // `runs/SCENARIO/START.html`, and what belongs to it in `runs/SCENARIO/START/`.
  const beside = page.replace(/\.html$/, '');
  await mkdir(path.dirname(page), { recursive: true });
  const cells = stored.cells.map(async (cell) => {
    const evidence = await readEvidence(cell.directory);
    if (!evidence.flameGraph) return { cell, evidence };
    const name = `${path.basename(cell.directory)}.svg`;
    await mkdir(beside, { recursive: true });
    await copyFile(path.join(cell.directory, 'heap.svg'), path.join(beside, name));
    return { cell, evidence, flameGraph: `${encodeURIComponent(path.basename(beside))}/${encodeURIComponent(name)}` };
  });
  const shown = { stored: { ...stored, directory: run }, cells: await Promise.all(cells), toRoot: '../../' };
  await writeFile(page, runPage({ ...shown, conclusion: await concluded(stored, conclusionOf) }));
}

/** What an earlier version saw may be too little for the conclusions of this one: its page says so, and shows the rest. */
async function concluded(stored: StoredRun, conclusionOf: SiteRequest['conclusionOf']): Promise<string[]> {
  try {
    return await conclusionOf(stored);
  } catch (error) {
    if (error instanceof LabError) return [`No conclusion is drawn from this run: ${error.failure.happened}`];
    throw error;
  }
}

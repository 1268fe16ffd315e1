import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { citationsFile, isCitations } from '../../history/citations.ts';
import type { Declared } from '../../evidence/read-evidence.ts';
import type { History, Matrix } from '../../history/history.ts';
import { isThere } from '../../store/beneath.ts';
import { makeDirectory } from '../../store/make-directory.ts';
import { isAbandoned, mark, markerOf } from '../../store/marker.ts';
import { readRun, type StoredCell, type StoredRun } from '../../store/read-run.ts';
import { makeStored, writeStored } from '../../store/write-stored.ts';
import { asking } from '../../core/system-error.ts';
import { readEvidence } from './evidence.ts';
import { knownIndexPage, knownScenarioPage, type KnownScenario } from './known-page.ts';
import { knownPage, runPage as runPagePath } from './links.ts';
import { matrixPage } from './matrix-page.ts';
import { runPage, unreadablePage } from './run-page.ts';

const assets = path.join(import.meta.dirname, 'assets');

/** The sources of a site, and its directory. */
export interface SiteRequest {
  history: Pick<History, 'matrix' | 'knownBugs' | 'unreadable'>;
  results: string;
  out: string;
  /** Nights and runs by hand that are shown, the newest. */
  limit: number;
  /** Whether pages show the kernel command line of their host whole. */
  isFull?: boolean;
  conclusionOf: (stored: StoredRun) => Promise<string[]>;
  /** The scenarios that this lab has. */
  scenarios: readonly { name: string; claim: string }[];
  /** The evidence that the scenario of a cell declares. */
  declaredOf: (run: StoredRun['run'], plan: StoredCell['plan']) => Declared | undefined;
}

/** The site that was written. */
export interface Site extends Matrix {
  /** Runs that could not be shown, whose pages say why. */
  unreadable: { run: string; why: string }[];
}

/** The entries of a site, which are replaced: nothing else in its directory is touched. */
const entries = ['runs', 'known', 'assets', citationsFile, 'known.html', 'index.html'];

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
    const references = new Map<string, Set<string>>();
    for (const run of runs) {
      const { files, why } = await pageOfRun(run, path.join(results, run), request, references);
      if (why !== undefined) unreadable.push({ run, why });
      for (const [file, content] of files) write(file, content);
    }
    write('index.html', matrixPage(matrix, history.unreadable));
    const known = knownScenarios(request, references);
    write('known.html', knownIndexPage(known));
    for (const one of known) write(knownPage(one.name), knownScenarioPage(one, new Set(runs)));
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
  request: SiteRequest,
  references: Map<string, Set<string>>,
): Promise<{ files: Files; why?: string }> {
  const page = runPagePath(run);
  try {
    const stored = await readRun(directory);
    noteReferences(stored, references);
    return { files: await filesOfRun(run, stored, page, request) };
  } catch (error) {
    const why = messageOf(error);
    return { files: new Map([[page, unreadablePage(run, why, '../../')]]), why };
  }
}

/** Where the expectations of a run's scenario come from; those of its controls are another one's. */
function noteReferences({ run: { scenario }, cells }: StoredRun, references: Map<string, Set<string>>): void {
  const own = references.get(scenario) ?? new Set();
  references.set(scenario, own);
  for (const { plan, verdict } of cells) {
    if (verdict?.judgement && (plan.scenario ?? scenario) === scenario) own.add(verdict.judgement.reference);
  }
}

/** The lab's scenarios, and those that only old runs know. */
function knownScenarios(
  { history, scenarios }: SiteRequest,
  references: ReadonlyMap<string, ReadonlySet<string>>,
): KnownScenario[] {
  const bugs = Map.groupBy(history.knownBugs(), ({ scenario }) => scenario);
  const others = [...bugs.keys()].filter((name) => !scenarios.some((one) => one.name === name));
  return [...scenarios, ...others.map((name) => ({ name, claim: 'This lab has no such scenario any more.' }))].map(
    ({ name, claim }) => ({ name, claim, references: [...(references.get(name) ?? [])], bugs: bugs.get(name) ?? [] }),
  );
}

async function filesOfRun(
  run: string,
  stored: StoredRun,
  page: string,
  { conclusionOf, declaredOf, isFull = false }: SiteRequest,
): Promise<Files> {
  const files: Files = new Map();
  // `runs/SCENARIO/START.html`, and what belongs to it in `runs/SCENARIO/START/`.
  const beside = page.replace(/\.html$/, '');
  const damaged = [...(stored.damaged ?? [])];
  const cells = [];
  for (const cell of stored.cells) {
    const evidence = await readEvidence(cell, declaredOf(stored.run, cell.plan));
    damaged.push(
      ...evidence.damaged.map(({ file, why }) => ({ file: path.join(path.basename(cell.directory), file), why })),
    );
    const pictures = Object.entries(evidence.flameGraphs ?? {}).map(([which, picture]: [string, string]) => {
      const name = `${path.basename(cell.directory)}${which === 'after' ? '' : `,${which}`}.svg`;
      files.set(`${beside}/${name}`, picture);
      return [which, `${encodeURIComponent(path.basename(beside))}/${encodeURIComponent(name)}`];
    });
    cells.push({ cell, evidence, flameGraphs: Object.fromEntries(pictures) });
  }
  const shown = { ...stored, directory: run, ...(damaged.length > 0 && { damaged }) };
  files.set(page, runPage({ stored: shown, cells, toRoot: '../../', conclusion: await conclusionOf(stored), isFull }));
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

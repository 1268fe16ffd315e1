import { appendFileSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { cellHash, cellName, type Cell } from '../core/cell.ts';
import type { StoredObservations } from '../evidence/stored.ts';
import { asking } from '../core/system-error.ts';
import { stampEvent, type EmitEvent } from './event.ts';
import { writeJson } from './files.ts';
import { makeDirectory } from './make-directory.ts';
import type { PlanRecord, RunRecord, VerdictRecord } from './schema.ts';

/** `results/<scenario>/<start>/`, written in phases: however the run ends, every file is complete and true. */
export interface RunDirectory {
  readonly path: string;
  writeRun(run: RunRecord): Promise<void>;
  /** Makes the directory of a cell and writes its plan; the cell is one of the run's scenario unless `more` names another. */
  beginCell(cell: Cell, repeat: number, more?: Pick<PlanRecord, 'scenario' | 'sizes'>): Promise<CellDirectory>;
}

/** `cells/<name>/` of a run. */
export interface CellDirectory {
  readonly path: string;
  /** Appends an event at once, so that a crash leaves everything that came before it. */
  event: EmitEvent;
  /** Path of a log file in it. */
  file: (name: string) => string;
  writeObservations(observations: StoredObservations): Promise<void>;
  writeVerdict(verdict: VerdictRecord): Promise<void>;
}

/** Makes the directory of a new run below `results`, and makes `latest` point at it. @throws {LabError} when the system refuses */
export async function createRunDirectory(results: string, scenario: string, start: Date): Promise<RunDirectory> {
  const parent = path.join(results, scenario);
  await makeDirectory(parent);
  const directory = await asking(`making the directory of a run in ${parent}`, async () => {
    const made = await makeUnique(parent, startName(start));
    await mkdir(path.join(made, 'cells'));
    return made;
  });
  await pointLatest(directory);
  return {
    path: directory,
    writeRun: (run) => writeJson(path.join(directory, 'run.json'), run),
    beginCell: (cell, repeat, more) => beginCell(directory, cell, repeat, { scenario, ...more }),
  };
}

/** The name of a directory, from the time of its start. */
export function startName(start: Date): string {
  return start.toISOString().replaceAll(':', '-').replace('T', '_').slice(0, 19);
}

/** Makes `latest`, beside a directory, point at it. @throws {LabError} when the system refuses */
export async function pointLatest(directory: string): Promise<void> {
  const parent = path.dirname(directory);
  const link = path.join(parent, `.latest-${process.pid}`);
  await asking(`pointing ${path.join(parent, 'latest')} at the newest`, async () => {
    // A link is replaced by renaming another one over it: there is no moment without one.
    await rm(link, { force: true });
    await symlink(path.basename(directory), link);
    await rename(link, path.join(parent, 'latest'));
  });
}

/** Bytes of a name that every file system takes, with room for what is put after it (NAME_MAX is 255). */
const longestName = 200;

/** The directory's name of a cell: its name, as a file system takes it. */
export function cellDirectoryName(cell: Cell, repeat: number): string {
  const whole = cellName(cell).replaceAll('/', ',');
  const safe = whole.replaceAll(/[^\w.,=+-]/g, '_');
  // Two levels must not become one directory.
  const name = safe === whole && safe.length <= longestName ? safe : `${safe.slice(0, longestName)},${cellHash(cell)}`;
  return repeat === 1 ? name : `${name},repeat=${repeat}`;
}

async function beginCell(
  run: string,
  cell: Cell,
  repeat: number,
  more: Pick<PlanRecord, 'scenario' | 'sizes'>,
): Promise<CellDirectory> {
  const directory = path.join(run, 'cells', cellDirectoryName(cell, repeat));
  await asking('making the directory of a cell', () => mkdir(directory));
  const plan: PlanRecord = {
    schema: 1,
    name: cellName(cell),
    hash: cellHash(cell),
    cell,
    repeat,
    ...more,
  };
  await writeJson(path.join(directory, 'plan.json'), plan);
  const begin = performance.now();
  return {
    path: directory,
    event(event) {
      const at = Math.round(performance.now() - begin);
      const line = JSON.stringify(stampEvent(event, at));
      appendFileSync(path.join(directory, 'events.ndjson'), `${line}\n`);
    },
    file: (name) => path.join(directory, name),
    writeObservations: (observations) => writeJson(path.join(directory, 'observations.json'), observations),
    writeVerdict: (verdict) => writeJson(path.join(directory, 'verdict.json'), verdict),
  };
}

/** Two runs may start within one second. */
async function makeUnique(parent: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const directory = path.join(parent, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(directory);
      return directory;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

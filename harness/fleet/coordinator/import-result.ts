import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cellHash } from '../../core/cell.ts';
import { LabError } from '../../core/errors.ts';
import { readJson } from '../../store/files.ts';
import { cellDirectoryName } from '../../store/run-directory.ts';
import { planRecord, verdictRecord, type VerdictRecord } from '../../store/schema.ts';
import { childResult, type ChildResult } from '../records.ts';
import { childFiles } from '../worker/try-here.ts';
import { unpackCell } from '../archive.ts';
import type { FleetRun } from './fleet-run.ts';
import type { Staged, Submission } from './submission.ts';

/** The result of a try. */
export interface Imported {
  verdict: VerdictRecord;
  used: ChildResult;
}

/**
 * Makes an archive the directory of its cell. It appears whole, or not at all.
 *
 * @throws {LabError} when the archive is damaged, or of another cell
 */
export async function importResult({ one, run, id }: Submission, { file }: Staged): Promise<Imported> {
  const staging = path.join(run.place, `${id}.unpacked`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  try {
    await unpackCell(file, staging);
    const [own, verdict, used] = await Promise.all([
      readJson(path.join(staging, 'plan.json'), planRecord),
      readJson(path.join(staging, 'verdict.json'), verdictRecord),
      readJson(path.join(staging, childFiles.used), childResult),
    ]);
    if (own.hash !== cellHash(one.cell) || own.repeat !== one.number || own.scenario !== one.scenario.name) {
      throw new LabError({
        doing: 'importing the result of a cell',
        expected: `the cell ${cellHash(one.cell)}, try ${one.number}, of ${one.scenario.name}`,
        happened: `it is the cell ${own.hash}, try ${own.repeat}, of ${own.scenario ?? 'no scenario'}`,
      });
    }
    await rm(path.join(staging, childFiles.used));
    // What an import that was interrupted has left: Redis has one result for the try, and it is this.
    await rm(cellDirectoryOf({ one, run }), { recursive: true, force: true });
    await rename(staging, cellDirectoryOf({ one, run }));
    return { verdict, used };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The directory of a try in its run. */
export function cellDirectoryOf({ one, run }: Pick<Submission, 'one' | 'run'>): string {
  return path.join(run.plan.directory.path, 'cells', cellDirectoryName(one.cell, one.number));
}

/** Keeps an archive that does not count beside the cells. Returns its path within the run. */
export async function keepAttempt({ plan }: FleetRun, staged: Staged): Promise<string> {
  const name = path.posix.join('attempts', path.basename(staged.file));
  await mkdir(path.join(plan.directory.path, 'attempts'), { recursive: true });
  await rename(staged.file, path.join(plan.directory.path, name));
  return name;
}

import { statSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../core/errors.ts';
import { nightRecord } from '../store/night-record.ts';
import { readJson } from '../store/files.ts';
import { listNights, listRuns } from '../store/list-runs.ts';
import type { Damage } from '../store/damage.ts';
import { readRun } from '../store/read-run.ts';
import { transaction } from './database.ts';
import { rowWriter } from './rows.ts';

/** A run or night that could not be read, e.g. as another version of the lab wrote it. The history continues without it. */
export interface Unreadable {
  kind: 'run' | 'night' | 'file';
  /** A run or a night, or a file of a run of which the rest is in the history; relative to the results. */
  directory: string;
  why: string;
}

/** Brings the tables up to date: what is new or has changed is read, what is gone goes. */
export async function ingest(database: DatabaseSync, results: string): Promise<Unreadable[]> {
  const write = rowWriter(database);
  const unreadable = [
    // Of a run that has not ended, cells come without a change of its run.json: it is read again each time.
    ...(await ingestKind(database, results, stamped(results, await listRuns(results), 'run.json'), {
      kind: 'run',
      known: "SELECT directory, CASE state WHEN 'running' THEN '' ELSE stamp END AS stamp FROM runs",
      remove: 'DELETE FROM runs WHERE directory = ?',
      read: readRun,
      damaged: ({ damaged = [] }) => damaged,
      add: (...run) => write.addRun(...run),
    })),
    ...(await ingestKind(database, results, stamped(results, await listNights(results), 'night.json'), {
      kind: 'night',
      known: 'SELECT directory, stamp FROM nights',
      remove: 'DELETE FROM nights WHERE directory = ?',
      read: (directory) => readJson(path.join(directory, 'night.json'), nightRecord),
      damaged: () => [],
      add: (...night) => write.addNight(...night),
    })),
  ];
  database.exec('DELETE FROM cells WHERE id NOT IN (SELECT cell FROM verdicts)');
  return unreadable;
}

/** The conversion of directories of one kind to rows. */
interface Kind<T> {
  kind: Unreadable['kind'];
  /** Gives the directories that have rows, with their stamps. */
  known: string;
  remove: string;
  read: (directory: string) => Promise<T>;
  /** Files of it that were left out. */
  damaged: (content: T) => readonly Damage[];
  add: (directory: string, stamp: string, content: T) => void;
}

/** One directory at a time: all of them may be more than fits into memory. */
async function ingestKind<T>(
  database: DatabaseSync,
  results: string,
  found: ReadonlyMap<string, string>,
  { kind, known, remove, read, damaged, add }: Kind<T>,
): Promise<Unreadable[]> {
  const rows = database.prepare(known).all();
  const stamps = new Map(rows.map(({ directory, stamp }) => [String(directory), String(stamp)]));
  const removal = database.prepare(remove);
  for (const directory of stamps.keys()) if (!found.has(directory)) removal.run(directory);
  const unreadable: Unreadable[] = [];
  for (const [directory, stamp] of found) {
    if (stamps.get(directory) === stamp) continue;
    try {
      const content = await read(path.join(results, directory));
      const left = damaged(content);
      unreadable.push(
        ...left.map(({ file, why }): Unreadable => ({ kind: 'file', directory: `${directory}/${file}`, why })),
      );
      transaction(database, () => {
        removal.run(directory);
        // Without a stamp it is read again each time: what is left out of it is reported each time.
        add(directory, left.length > 0 ? '' : stamp, content);
      });
    } catch (error) {
      if (isOfDatabase(error)) throw error;
      unreadable.push({ kind, directory, why: messageOf(error) });
      // What was known of it is no longer so.
      removal.run(directory);
    }
  }
  return unreadable;
}

/** Whether SQLite failed, and not the reading of a file. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error;
}

/** The stamp of each directory's record. Files are replaced as a whole, by one with another inode: time alone would miss a change within its resolution. */
function stamped(results: string, directories: readonly string[], record: string): Map<string, string> {
  return new Map(
    directories.flatMap((directory): [string, string][] => {
      const stats = statSync(path.join(results, directory, record), { throwIfNoEntry: false });
      return stats ? [[directory, `${stats.mtimeMs} ${stats.size} ${stats.ino}`]] : [];
    }),
  );
}

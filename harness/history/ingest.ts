import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors.ts';
import { nightRecord, nightsDirectory } from '../matrix/night/record.ts';
import { readJson } from '../store/files.ts';
import { readRun } from '../store/read-run.ts';
import { transaction } from './database.ts';
import { rowWriter } from './rows.ts';

/** A directory that could not be read, e.g. as another version of the lab wrote it. The history goes on without it. */
export interface Unreadable {
  /** Relative to the results. */
  directory: string;
  why: string;
}

/** Brings the tables up to date: what is new or has changed is read, what is gone goes. */
export async function ingest(database: DatabaseSync, results: string): Promise<Unreadable[]> {
  const write = rowWriter(database);
  const unreadable = [
    // Of a run that has not ended, cells come without a change of its run.json: it is read again each time.
    ...(await ingestKind(database, results, await runsIn(results), {
      known: "SELECT directory, CASE state WHEN 'running' THEN '' ELSE stamp END AS stamp FROM runs",
      remove: 'DELETE FROM runs WHERE directory = ?',
      read: readRun,
      add: (...run) => write.addRun(...run),
    })),
    ...(await ingestKind(database, results, await nightsIn(results), {
      known: 'SELECT directory, stamp FROM nights',
      remove: 'DELETE FROM nights WHERE directory = ?',
      read: (directory) => readJson(path.join(directory, 'night.json'), nightRecord),
      add: (...night) => write.addNight(...night),
    })),
  ];
  database.exec('DELETE FROM cells WHERE id NOT IN (SELECT cell FROM verdicts)');
  return unreadable;
}

/** How directories of a kind become rows. */
interface Kind<T> {
  /** Gives the directories that have rows, with their stamps. */
  known: string;
  remove: string;
  read: (directory: string) => Promise<T>;
  add: (directory: string, stamp: string, content: T) => void;
}

/** One directory at a time: all of them may be more than fits into memory. */
async function ingestKind<T>(
  database: DatabaseSync,
  results: string,
  found: ReadonlyMap<string, string>,
  { known, remove, read, add }: Kind<T>,
): Promise<Unreadable[]> {
  const rows = database.prepare(known).all();
  const stamps = new Map(rows.map(({ directory, stamp }) => [String(directory), String(stamp)]));
  const removal = database.prepare(remove);
  for (const directory of stamps.keys()) if (!found.has(directory)) removal.run(directory);
  const unreadable: Unreadable[] = [];
  for (const [directory, stamp] of found) {
    if (stamps.get(directory) === stamp) continue;
    let content: T;
    try {
      content = await read(path.join(results, directory));
    } catch (error) {
      unreadable.push({ directory, why: messageOf(error) });
      // What was known of it is no longer so.
      removal.run(directory);
      continue;
    }
    transaction(database, () => {
      removal.run(directory);
      add(directory, stamp, content);
    });
  }
  return unreadable;
}

/** Every run directory below the results, in the order of their names, with the stamp of its run.json. */
async function runsIn(results: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const scenario of await realDirectories(results)) {
    if (scenario === nightsDirectory) continue;
    for (const start of await realDirectories(path.join(results, scenario))) {
      const stamp = await stampOf(path.join(results, scenario, start, 'run.json'));
      if (stamp !== undefined) found.set(`${scenario}/${start}`, stamp);
    }
  }
  return found;
}

async function nightsIn(results: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const start of await realDirectories(path.join(results, nightsDirectory))) {
    const stamp = await stampOf(path.join(results, nightsDirectory, start, 'night.json'));
    if (stamp !== undefined) found.set(`${nightsDirectory}/${start}`, stamp);
  }
  return found;
}

/** Without links, as `latest` is one. */
async function realDirectories(parent: string): Promise<string[]> {
  if (!existsSync(parent)) return [];
  const entries = await readdir(parent, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/** Files are replaced as a whole, by one with another inode: time alone would miss a change within its resolution. */
async function stampOf(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const { mtimeMs, size, ino } = await stat(file);
  return `${mtimeMs} ${size} ${ino}`;
}

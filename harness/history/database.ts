import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LabError } from '../core/errors.ts';
import { kindOf } from '../store/beneath.ts';
import { systemFailure } from '../core/system-error.ts';
import { tables, tablesVersion } from './schema.ts';

/** Milliseconds that a writer waits for another one, e.g. a report that is made while a night ends. */
const patience = 30_000;

/** The history of a directory of results. */
export function historyFile(results: string): string {
  return path.join(results, 'history.sqlite');
}

/**
 * Opens the database of a history and makes its tables. All that is in it can be made again: what cannot be read is dropped.
 *
 * @throws {LabError} when it is no regular file, is locked, or may not be written
 */
export function openDatabase(file: string): DatabaseSync {
  requireRegular(file);
  try {
    try {
      const database = prepared(file);
      if (versionOf(database) === tablesVersion && hasTables(database)) return database;
      database.close();
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    dropDatabase(file);
    return prepared(file);
  } catch (error) {
    throw databaseFailure(error, file);
  }
}

/** Files that SQLite keeps for one database: it would follow a link in the place of each of them. */
function filesOf(file: string): string[] {
  return ['', '-wal', '-shm', '-journal'].map((end) => `${file}${end}`);
}

function requireRegular(file: string): void {
  for (const one of filesOf(file)) {
    const stats = lstatSync(one, { throwIfNoEntry: false });
    if (!stats || stats.isFile()) continue;
    throw new LabError({
      doing: `opening the history ${file}`,
      expected: 'a database, or no file of that name',
      happened: `${one} is ${kindOf(stats)}`,
      hint: `remove ${one}: the history is made of the run directories again`,
    });
  }
}

/** Removes a database and what SQLite keeps beside it. @throws {LabError} when the system refuses */
export function dropDatabase(file: string): void {
  requireRegular(file);
  try {
    for (const one of filesOf(file)) rmSync(one, { force: true });
  } catch (error) {
    throw systemFailure(error, { doing: `dropping the history ${file}` });
  }
}

/** Errors of SQLite whose cause is outside the lab, by the primary result code (sqlite3.h), with advice. */
const refusals: ReadonlyMap<number, readonly [happened: string, hint: string]> = new Map([
  [5, ['another process holds it locked', 'try again when that has ended']],
  [6, ['another process holds it locked', 'try again when that has ended']],
  [8, ['it may not be written', 'give this user the right to it, or name other results with --out']],
  [10, ['the device failed', 'look at the log of the kernel']],
  [13, ['the file system is full', 'free some space, or name other results with --out']],
  [14, ['it may not be opened', 'give this user the right to write into the results, or name others with --out']],
]);

/** An error of SQLite that a user can do something about, as a failure; every other one as it is. */
export function databaseFailure(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') {
    return systemFailure(error, { doing: `opening the history ${file}` });
  }
  // The rest of an extended result code says more than a user can use.
  const refusal = refusals.get(error.errcode & 0xff);
  if (!refusal) return error;
  const [happened, hint] = refusal;
  const failure = {
    doing: `opening the history ${file}`,
    expected: 'a database that can be read and written',
    happened,
  };
  return new LabError({ ...failure, evidence: error.message, hint }, { cause: error });
}

/** Does all of it or nothing, and keeps other writers out while it does. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function prepared(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience, enableForeignKeyConstraints: true });
  try {
    // With WAL, a commit that is not synced is lost as a whole or not at all; what is lost is read again.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    transaction(database, () => {
      if (versionOf(database) !== 0) return;
      database.exec(tables);
      database.exec(`PRAGMA user_version = ${tablesVersion}`);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether each table is there with all its columns: a file that only claims to be our database has other ones. */
function hasTables(database: DatabaseSync): boolean {
  const made = new DatabaseSync(':memory:');
  try {
    made.exec(tables);
    return JSON.stringify(schemaOf(made)) === JSON.stringify(schemaOf(database));
  } finally {
    made.close();
  }
}

function schemaOf(database: DatabaseSync): unknown {
  return database.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();
}

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite3.h): the file is no database, or no whole one. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);
}

import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tables, tablesVersion } from './schema.ts';

/** Milliseconds that a writer waits for another one, e.g. a report that is made while a night ends. */
const patience = 30_000;

/** The history of a directory of results. */
export function historyFile(results: string): string {
  return path.join(results, 'history.sqlite');
}

/** Opens the database of a history and makes its tables. All that is in it can be made again: what can't be read is dropped. */
export function openDatabase(file: string): DatabaseSync {
  try {
    const database = prepared(file);
    if (versionOf(database) === tablesVersion) return database;
    database.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  dropDatabase(file);
  return prepared(file);
}

/** Removes a database and what SQLite keeps beside it. */
export function dropDatabase(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
}

/** Does all of it or nothing, and keeps other writers out meanwhile. */
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

function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.['user_version'];
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite3.h): the file is no database, or no whole one. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);
}

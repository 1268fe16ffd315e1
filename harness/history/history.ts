import type { DatabaseSync } from 'node:sqlite';
import { readCells, type CellHistory } from './cells.ts';
import { readColumns, rowsOf, type Column } from './columns.ts';
import { columnsNamed, compareSides, sideOf, type Comparison } from './compare.ts';
import { readKnownBugs, type KnownBug } from './known-bugs.ts';
import { makeDirectory } from '../store/make-directory.ts';
import { databaseFailure, dropDatabase, historyFile, openDatabase } from './database.ts';
import { ingest, type Unreadable } from './ingest.ts';

/** Cells by columns. */
export interface Matrix {
  /** Newest last. */
  columns: Column[];
  /** Those that appear in one of the columns, with all their entries. */
  rows: CellHistory[];
}

/** The records of all runs and nights. All code that needs more than one run uses it. */
export interface History extends Disposable {
  /** Runs and nights that could not be read and are left out. */
  readonly unreadable: readonly Unreadable[];
  /** Every night, and every run that belongs to none, oldest first. */
  nights(): Column[];
  /** The last `limit` columns, of one kind of machine if it is given, and their cells with their trends. */
  matrix(options: { machine?: string; limit: number }): Matrix;
  /** The bugs that the newest runs show, by scenario. */
  knownBugs(): KnownBug[];
  /** A cell on each kind of machine that had it. */
  cell(scenario: string, hash: string): CellHistory[];
  /** Median of what the cell's last five tries took, in seconds; undefined when it never came to an end. */
  expectedSeconds(scenario: string, hash: string): number | undefined;
  /** Whether its last conclusive try did not go as expected. */
  failedLast(scenario: string, hash: string): boolean;
  /**
   * Two nights, two runs or two builds beside each other.
   *
   * @throws {UsageError} when one of them is not known
   */
  compare(before: string, now: string): Comparison;
}

/**
 * Opens `history.sqlite` in the results, after bringing it up to date from the run directories.
 *
 * @throws {LabError} when the results or the database cannot be used
 */
export async function openHistory(results: string): Promise<History> {
  await makeDirectory(results);
  const database = openDatabase(historyFile(results));
  try {
    return historyOf(database, await ingest(database, results));
  } catch (error) {
    database.close();
    throw databaseFailure(error, historyFile(results));
  }
}

/** As {@link openHistory}, from nothing but the directories. */
export async function rebuildHistory(results: string): Promise<History> {
  dropDatabase(historyFile(results));
  return openHistory(results);
}

/** The history in an open database. */
export function historyOf(database: DatabaseSync, unreadable: readonly Unreadable[] = []): History {
  const ofCell = (scenario: string, hash: string, what: string, rest: string) =>
    rowsOf(
      database,
      `SELECT ${what} FROM verdicts JOIN cells ON cells.id = cell JOIN runs ON runs.id = run
       WHERE cells.scenario = ? AND hash = ? ${rest}`,
      scenario,
      hash,
    );
  return {
    unreadable,
    nights: () => readColumns(database),
    matrix({ machine, limit }) {
      const all = readColumns(database);
      const runsOfMachine = machine === undefined ? undefined : columnsOfMachine(database, machine);
      const columns = all
        .filter(({ runs }) => !runsOfMachine || runs.some((run) => runsOfMachine.has(run)))
        .slice(-limit);
      const keys = new Set(columns.map(({ key }) => key));
      const cells = readCells(database, all, { ...(machine !== undefined && { machine }), figuresOf: columns });
      return { columns, rows: cells.filter(({ entries }) => entries.some(({ column }) => keys.has(column))) };
    },
    knownBugs: () => readKnownBugs(database, readColumns(database)),
    cell: (scenario, hash) => readCells(database, readColumns(database), { scenario, hash }),
    expectedSeconds(scenario, hash) {
      const rows = ofCell(
        scenario,
        hash,
        'seconds',
        'AND observed IS NOT NULL ORDER BY startedAt DESC, directory DESC, try DESC LIMIT 5',
      );
      return median(rows.map(({ seconds }) => Number(seconds)));
    },
    failedLast(scenario, hash) {
      const [last] = ofCell(
        scenario,
        hash,
        'outcome',
        `AND outcome IN ('as-expected', 'unexpected', 'inconclusive')
         ORDER BY startedAt DESC, directory DESC, try DESC LIMIT 1`,
      );
      return last?.['outcome'] === 'unexpected';
    },
    compare(before, now) {
      const columns = readColumns(database);
      const named = [before, now].flatMap((word) => columnsNamed(word, columns));
      const cells = readCells(database, columns, { figuresOf: named });
      return compareSides(sideOf(before, columns, cells), sideOf(now, columns, cells));
    },
    [Symbol.dispose]: () => database.close(),
  };
}

function columnsOfMachine(database: DatabaseSync, machine: string): Set<unknown> {
  const rows = rowsOf(database, 'SELECT directory FROM runs WHERE machine = ?', machine);
  return new Set(rows.map(({ directory }) => directory));
}

function median(values: number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  const low = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  return high === undefined || low === undefined ? undefined : (low + high) / 2;
}

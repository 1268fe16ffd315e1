import { z } from 'zod';
import { invalidReason, type InvalidReason } from '../store/night-record.ts';
import type { DatabaseSync } from 'node:sqlite';

/** A build as the history knows it. */
export interface HistoryBuild {
  name: string;
  version: string;
  commit: string;
  /** Where it came from, for people. */
  origin: string;
  /** Of dockerd. */
  sha256: string | null;
}

/** A column of the matrix: a night, or a run that belongs to none. */
export interface Column {
  /** Its directory, relative to the results, e.g. `nights/2026-11-22_02-00-00`. */
  key: string;
  kind: 'night' | 'by hand';
  /** `nightly` and the like; of a run by hand its scenario. */
  label: string;
  startedAt: string;
  state: string;
  revision: string;
  /** Releases of all kernels that were booted. */
  kernels: string[];
  builds: HistoryBuild[];
  /** Run directories, relative to the results. */
  runs: string[];
  /** Why what it says does not count; empty when it does. */
  invalidBecause: InvalidReason[];
}

/** Every column, oldest first. A night that was recorded and whose runs are all gone has none. */
export function readColumns(database: DatabaseSync): Column[] {
  const runs = rowsOf(database, 'SELECT * FROM runs ORDER BY startedAt, directory');
  const builds = Map.groupBy(rowsOf(database, 'SELECT * FROM builds ORDER BY run, name, version'), ({ run }) => run);
  const nights = rowsOf(database, 'SELECT * FROM nights ORDER BY startedAt, directory');
  const ofNight = new Map(
    rowsOf(database, 'SELECT run, night FROM nightRuns ORDER BY night DESC').map(({ run, night }) => [run, night]),
  );
  const byNight = Map.groupBy(runs, ({ directory }) => ofNight.get(directory ?? ''));
  const column = (row: Row, own: Row[], rest: Pick<Column, 'kind' | 'label' | 'invalidBecause'>): Column => ({
    key: textOf(row, 'directory'),
    ...rest,
    startedAt: textOf(row, 'startedAt'),
    state: textOf(row, 'state'),
    revision: textOf(row, 'revision'),
    kernels: unique(own.flatMap((run) => textOf(run, 'kernel').split(', '))).toSorted(),
    builds: uniqueBuilds(own.flatMap(({ id }) => builds.get(id) ?? [])),
    runs: own.map((run) => textOf(run, 'directory')),
  });
  const columns = [
    ...nights.map((night) => {
      return column(night, byNight.get(night['id'] ?? null) ?? [], {
        kind: 'night',
        label: textOf(night, 'profile'),
        invalidBecause:
          night['valid'] === 0 ? z.array(invalidReason).parse(JSON.parse(textOf(night, 'invalidBecause'))) : [],
      });
    }),
    ...(byNight.get(undefined) ?? []).map((run) =>
      column(run, [run], { kind: 'by hand', label: textOf(run, 'scenario'), invalidBecause: [] }),
    ),
  ];
  return columns
    .filter(({ runs: own }) => own.length > 0)
    .toSorted((a, b) => compareText(a.startedAt, b.startedAt) || compareText(a.key, b.key));
}

/** A selected row. */
export type Row = Record<string, string | number | bigint | Uint8Array | null>;

/** All rows of a query. */
export function rowsOf(database: DatabaseSync, query: string, ...values: (string | number)[]): Row[] {
  return database.prepare(query).all(...values);
}

/** A text of a row. @throws {TypeError} when there is none. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`the history has no text in ${column}, but ${typeof value}`);
}

function uniqueBuilds(rows: Row[]): HistoryBuild[] {
  const builds = rows.map((row): HistoryBuild => ({
    name: textOf(row, 'name'),
    version: textOf(row, 'version'),
    commit: textOf(row, 'commit'),
    origin: textOf(row, 'origin'),
    sha256: row['sha256'] === null ? null : textOf(row, 'sha256'),
  }));
  return [...new Map(builds.map((build) => [JSON.stringify(build), build])).values()].toSorted(
    (a, b) => compareText(a.name, b.name) || compareText(JSON.stringify(a), JSON.stringify(b)),
  );
}

function unique(words: string[]): string[] {
  return [...new Set(words)];
}

/** The same everywhere, independent of the machine's language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

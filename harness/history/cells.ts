import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Cell } from '../core/cell.ts';
import { compareText, rowsOf, textOf, type Column } from './columns.ts';
import { disagrees, trendOf, type Trend } from './trend.ts';
import { readTries, type Try } from './tries.ts';

/** The result of a cell in a column. */
export interface Entry {
  column: string;
  /** In the order of their runs. */
  tries: [Try, ...Try[]];
  /** Whether its tries contradict each other. */
  flaky: boolean;
}

/** A cell on a kind of machine, and what became of it. */
export interface CellHistory {
  scenario: string;
  hash: string;
  machine: string;
  name: string;
  levels: Cell;
  /** Oldest first. */
  entries: Entry[];
  trend: Trend;
}

/** Which cells are read; all of them when it is empty. */
export interface CellFilter {
  machine?: string;
  scenario?: string;
  hash?: string;
  /** Only figures of runs in these columns are read: most of a history's rows are figures. */
  figuresOf?: readonly Column[];
}

/** Cells with all their tries and trends, controls first, then by scenario, machine and name. */
export function readCells(database: DatabaseSync, columns: readonly Column[], filter: CellFilter = {}): CellHistory[] {
  const { machine, scenario, hash, figuresOf = columns } = filter;
  const conditions = Object.entries({ machine, scenario, hash }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ sql: `cells.${name} = ?`, value }],
  );
  const condition = conditions.map(({ sql }) => sql).join(' AND ') || 'true';
  const values = conditions.map(({ value }) => value);
  const wanted = new Set(figuresOf.flatMap(({ runs }) => runs));
  const runs = rowsOf(database, 'SELECT id, directory FROM runs').map(
    (row) => [Number(row['id']), textOf(row, 'directory')] as const,
  );
  const tries = readTries(database, { condition, values, runs: new Map(runs), figuresOf: (run) => wanted.has(run) });
  const places = placesOf(columns);
  const cells = rowsOf(database, `SELECT * FROM cells WHERE ${condition}`, ...values).map((cell): CellHistory => {
    const entries = entriesOf(tries.get(Number(cell['id'])) ?? [], places);
    return {
      scenario: textOf(cell, 'scenario'),
      hash: textOf(cell, 'hash'),
      machine: textOf(cell, 'machine'),
      name: textOf(cell, 'name'),
      levels: levels.parse(JSON.parse(textOf(cell, 'levels'))),
      entries: entries.map(({ column, tries: all }) => ({
        column: column.key,
        tries: all,
        flaky: disagrees({ outcomes: all.map(({ outcome }) => outcome) }),
      })),
      trend: trendIn(entries, columns),
    };
  });
  return cells.toSorted(
    (a, b) =>
      Number(isControl(b)) - Number(isControl(a)) ||
      compareText(a.scenario, b.scenario) ||
      compareText(a.machine, b.machine) ||
      compareText(a.name, b.name) ||
      compareText(a.hash, b.hash),
  );
}

/** Where a run stands among all others. */
interface Place {
  column: Column;
  /** Of its column among the columns, and of the run among all runs of all columns. */
  place: number;
  rank: number;
}

function placesOf(columns: readonly Column[]): Map<string, Place> {
  const inOrder = columns.flatMap((column, place) => column.runs.map((run) => ({ run, column, place })));
  return new Map(inOrder.map(({ run, column, place }, rank) => [run, { column, place, rank }]));
}

/** The tries of one cell, column by column. */
function entriesOf(tries: readonly Try[], places: ReadonlyMap<string, Place>): Placed[] {
  const rank = ({ run }: Try) => places.get(run)?.rank ?? 0;
  const entries: Placed[] = [];
  for (const one of tries.toSorted((a, b) => rank(a) - rank(b) || a.number - b.number)) {
    const at = places.get(one.run);
    if (!at) continue;
    const last = entries.at(-1);
    if (last?.place === at.place) last.tries.push(one);
    else entries.push({ place: at.place, column: at.column, tries: [one] });
  }
  return entries;
}

/** Whether a cell is a control: its answer is known, and it shows that the instrument works. */
export function isControl({ levels: { control } }: Pick<CellHistory, 'levels'>): boolean {
  return control !== undefined;
}

const levels = z.record(z.string(), z.string());

interface Placed {
  place: number;
  column: Column;
  tries: Entry['tries'];
}

/** The results of an invalid night are shown and do not count. */
function trendIn(entries: readonly Placed[], columns: readonly Column[]): Trend {
  const counting = entries.filter(({ column }) => column.invalidBecause.length === 0);
  const own = new Set(entries.map(({ place }) => place));
  const profiles = new Set(entries.flatMap(({ column }) => (column.kind === 'night' ? [column.label] : [])));
  // Nights of another profile never had it, and neither had other people's runs by hand.
  const could = columns.filter(({ kind, label }, place) => own.has(place) || (kind === 'night' && profiles.has(label)));
  const appearances = counting.map(({ column, tries }) => ({
    column: column.key,
    outcomes: tries.map(({ outcome }) => outcome),
    slopes: tries.findLast(({ slopes }) => slopes.length > 0)?.slopes ?? [],
  }));
  return trendOf(
    appearances,
    could.map(({ key }) => key),
  );
}

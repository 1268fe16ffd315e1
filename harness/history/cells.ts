import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { slopeFigureRecord, type SlopeFigure } from '../judge/verdict-record.ts';
import type { Cell } from '../matrix/cell.ts';
import { outcomes, type Outcome } from '../scenario.ts';
import { compareText, rowsOf, textOf, type Column, type Row } from './columns.ts';
import { disagrees, trendOf, type Trend } from './trend.ts';

/** A try of a cell, as the history keeps it. */
export interface Try {
  /** Directory of its run, relative to the results. */
  run: string;
  /** 1 for the first try in its run. */
  number: number;
  outcome: Outcome;
  seconds: number;
  slopes: SlopeFigure[];
}

/** What a cell came to in a column. */
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
  const where = conditions.map(({ sql }) => ` AND ${sql}`).join('');
  const values = conditions.map(({ value }) => value);
  const runs = new Map(
    rowsOf(database, 'SELECT id, directory FROM runs').map((row) => [row['id'], textOf(row, 'directory')]),
  );
  const wanted = new Set(figuresOf.flatMap((column) => column.runs));
  const slopes = readSlopes(
    database,
    where,
    values,
    [...runs].filter(([, directory]) => wanted.has(directory)).map(([id]) => Number(id)),
  );
  // In the order of an index: sorting 100,000 rows would take longer than all the rest.
  const rows = rowsOf(
    database,
    `SELECT id, cell, run, try, outcome, seconds FROM verdicts
     ${where === '' ? '' : `WHERE cell IN (SELECT id FROM cells WHERE true${where})`} ORDER BY cell, run, try`,
    ...values,
  );
  const places = new Map(
    columns.flatMap((column, place) => column.runs.map((run, number) => [run, { column, place, number }])),
  );
  const tries = Map.groupBy(rows, ({ cell }) => cell);
  const cells = rowsOf(database, `SELECT * FROM cells WHERE true${where}`, ...values).map((cell): CellHistory => {
    const placed = (tries.get(cell['id'] ?? null) ?? []).flatMap((row) => {
      const run = runs.get(row['run'] ?? null) ?? '';
      const at = places.get(run);
      return at ? [{ ...at, one: tryOf(row, run, slopes) }] : [];
    });
    const inOrder = placed.toSorted((x, y) => x.place - y.place || x.number - y.number || x.one.number - y.one.number);
    const entries = [...Map.groupBy(inOrder, ({ place }) => place).values()].flatMap((own): Placed[] => {
      const [first, ...rest] = own;
      return first
        ? [{ place: first.place, column: first.column, tries: [first.one, ...rest.map(({ one }) => one)] }]
        : [];
    });
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

/** What an invalid night says is shown and does not count. */
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

function tryOf(row: Row, run: string, slopes: ReadonlyMap<unknown, SlopeFigure[]>): Try {
  return {
    run,
    number: Number(row['try']),
    outcome: memberOf(outcomes, textOf(row, 'outcome')),
    seconds: Number(row['seconds']),
    slopes: slopes.get(row['id']) ?? [],
  };
}

/** Most rows of a history are figures: they are checked where they are written, and read as they are. */
function readSlopes(
  database: DatabaseSync,
  where: string,
  values: readonly string[],
  runs: readonly number[],
): Map<unknown, SlopeFigure[]> {
  const rows = rowsOf(
    database,
    `SELECT figures.* FROM verdicts JOIN figures ON figures.verdict = verdicts.id
     ${where === '' ? '' : 'JOIN cells ON cells.id = verdicts.cell'}
     WHERE verdicts.run IN (SELECT value FROM json_each(?))${where} ORDER BY figures.verdict, place`,
    JSON.stringify(runs),
    ...values,
  );
  const found = new Map<unknown, SlopeFigure[]>();
  for (const row of rows) {
    const list = found.get(row['verdict']);
    if (list) list.push(slopeOf(row));
    else found.set(row['verdict'], [slopeOf(row)]);
  }
  return found;
}

function slopeOf(row: Row): SlopeFigure {
  return {
    metric: textOf(row, 'metric'),
    unit: textOf(row, 'unit'),
    per: textOf(row, 'per'),
    verdict: memberOf(slopeVerdicts, textOf(row, 'says')),
    slope: Number(row['slope']),
    intercept: Number(row['intercept']),
    low: Number(row['low']),
    high: Number(row['high']),
    threshold: Number(row['threshold']),
  };
}

const slopeVerdicts = slopeFigureRecord.shape.verdict.options;

function memberOf<T extends string>(words: readonly T[], word: string): T {
  const known = words.find((one) => one === word);
  if (known !== undefined) return known;
  throw new TypeError(`the history has the word "${word}", which none of ${words.join(', ')} is`);
}

import type { DatabaseSync } from 'node:sqlite';
import { slopeFigureRecord, type SlopeFigure } from '../judge/verdict-record.ts';
import { outcomes } from '../core/outcome.ts';

/** The possible result of a try: an outcome, or none, as its run was killed or has not ended. */
const tryOutcomes = [...outcomes, 'not-finished'] as const;
export type TryOutcome = (typeof tryOutcomes)[number];

/** A try of a cell, as the history keeps it. */
export interface Try {
  /** Directory of its run, relative to the results. */
  run: string;
  /** 1 for the first try in its run. */
  number: number;
  outcome: TryOutcome;
  /** 0 of one that has not finished. */
  seconds: number;
  slopes: SlopeFigure[];
}

/** Which tries are read. */
export interface TryFilter {
  /** A condition on the table `cells`, e.g. `cells.machine = ?`, and what stands for its question marks. */
  condition: string;
  values: readonly string[];
  /** Runs by the numbers of their rows. */
  runs: ReadonlyMap<number, string>;
  /** Figures are read of these alone: most of a history's rows are figures. */
  figuresOf: (run: string) => boolean;
}

/**
 * All tries by the numbers of their cells' rows. A page of the matrix has 100,000 of them and more: rows are read as arrays, and in
 * the order of an index.
 */
export function readTries(database: DatabaseSync, filter: TryFilter): Map<number, Try[]> {
  const { condition, values, runs } = filter;
  const slopes = readSlopes(database, filter);
  const rows = tuplesOf(
    database,
    `SELECT id, cell, run, try, outcome, seconds FROM verdicts
     WHERE ${condition === 'true' ? condition : `cell IN (SELECT id FROM cells WHERE ${condition})`} ORDER BY cell, run, try`,
    values,
  );
  const found = new Map<number, Try[]>();
  for (const [id, cell, run, number, outcome, seconds] of rows) {
    const one: Try = {
      run: runs.get(Number(run)) ?? '',
      number: Number(number),
      outcome: memberOf(tryOutcomes, outcome),
      seconds: Number(seconds),
      slopes: slopes.get(id) ?? [],
    };
    const own = found.get(Number(cell));
    if (own) own.push(one);
    else found.set(Number(cell), [one]);
  }
  return found;
}

/** Figures by the numbers of their verdicts' rows. They are checked where they are written, and read as they are. */
function readSlopes(
  database: DatabaseSync,
  { condition, values, runs, figuresOf }: TryFilter,
): Map<unknown, SlopeFigure[]> {
  const wanted = [...runs].filter(([, directory]) => figuresOf(directory)).map(([id]) => id);
  const rows = tuplesOf(
    database,
    `SELECT figures.verdict, metric, unit, per, says, slope, intercept, low, high, threshold
     FROM verdicts JOIN figures ON figures.verdict = verdicts.id
     ${condition === 'true' ? '' : 'JOIN cells ON cells.id = verdicts.cell'}
     WHERE verdicts.run IN (SELECT value FROM json_each(?)) AND ${condition} ORDER BY figures.verdict, place`,
    [JSON.stringify(wanted), ...values],
  );
  const found = new Map<unknown, SlopeFigure[]>();
  for (const [id, metric, unit, per, says, slope, intercept, low, high, threshold] of rows) {
    const figure: SlopeFigure = {
      metric: String(metric),
      unit: String(unit),
      per: String(per),
      verdict: memberOf(slopeVerdicts, says),
      slope: Number(slope),
      intercept: Number(intercept),
      low: Number(low),
      high: Number(high),
      threshold: Number(threshold),
    };
    const own = found.get(id);
    if (own) own.push(figure);
    else found.set(id, [figure]);
  }
  return found;
}

const slopeVerdicts = slopeFigureRecord.shape.verdict.options;

function memberOf<T extends string>(words: readonly T[], word: unknown): T {
  const known = words.find((one) => one === word);
  if (known !== undefined) return known;
  throw new TypeError(`the history has the word "${String(word)}", which none of ${words.join(', ')} is`);
}

/** Rows without the names of their columns: half the time of reading them as objects, measured with 100,000. */
function tuplesOf(database: DatabaseSync, query: string, values: readonly string[]): unknown[][] {
  const statement = database.prepare(query);
  statement.setReturnArrays(true);
  const rows: unknown = statement.all(...values);
  if (Array.isArray(rows) && rows.every((row): row is unknown[] => Array.isArray(row))) return rows;
  throw new TypeError('node:sqlite gives rows that are no arrays, though it was told to');
}

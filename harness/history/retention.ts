import type { CellHistory } from './cells.ts';
import type { Column } from './columns.ts';

/** The rules of what is kept; a column that one of the two rules keeps is kept. */
export interface RetentionRule {
  /** The newest nights, and runs by hand that began after the oldest of them. */
  nights?: number;
  /** Columns that began within this many days before now. */
  days?: number;
}

/** The decision on a night, or on a run that belongs to none. */
export interface Retention {
  column: Column;
  /** Why it is kept; undefined when it goes. */
  kept: string | undefined;
}

const millisecondsOfADay = 24 * 3600 * 1000;

/**
 * Decides what goes. A night goes with all of its runs, or stays with all of them. Pure.
 *
 * @param columns oldest first
 * @param cited why a run must stay, by its directory
 */
export function retentionOf(
  columns: readonly Column[],
  { nights, days }: RetentionRule,
  cited: ReadonlyMap<string, string>,
  now: Date,
): Retention[] {
  const own = columns.filter(({ kind }) => kind === 'night');
  // Where there are fewer nights than are to be kept, nothing is older than the oldest of them.
  const oldestKept = nights === undefined ? undefined : (own.at(-nights)?.startedAt ?? '');
  const since = days === undefined ? undefined : new Date(now.getTime() - days * millisecondsOfADay).toISOString();
  return columns.map((column) => {
    const { startedAt, state, runs } = column;
    if (state === 'running') return { column, kept: 'it has not ended' };
    if (oldestKept !== undefined && startedAt >= oldestKept) return { column, kept: 'it is new enough' };
    if (since !== undefined && startedAt >= since) return { column, kept: 'it is new enough' };
    return { column, kept: runs.map((run) => cited.get(run)).find((why) => why !== undefined) };
  });
}

/** Runs that trends name: where a failure began, and what was good before it. By directory, with the reason to keep them. */
export function citedByTrends(cells: readonly CellHistory[], columns: readonly Column[]): Map<string, string> {
  const cited = new Map<string, string>();
  const byKey = new Map(columns.map((column) => [column.key, column]));
  for (const { name, scenario, trend, entries } of cells) {
    if (trend.firstBad === undefined) continue;
    for (const [key, what] of [
      [trend.firstBad, 'first bad'],
      [trend.lastGood, 'last good'],
    ] as const) {
      const column = key === undefined ? undefined : byKey.get(key);
      const own = new Set(
        entries.filter((entry) => entry.column === key).flatMap(({ tries }) => tries.map(({ run }) => run)),
      );
      for (const run of column?.runs ?? []) if (own.has(run)) cited.set(run, `the ${what} of ${scenario} ${name}`);
    }
  }
  return cited;
}

import { compareVersions } from '../../harness/core/version.ts';

/** The result of one build of a row: whether it keeps something of the calls that were left in one way. */
export interface RowEntry {
  daemon: string;
  version: string;
  /** The calls and how they were left, e.g. `attach, closes, silent`. */
  calls: string;
  keeps: boolean;
}

/**
 * Finds, for each kind of abandoned call, the first build of a row that keeps nothing of it. Builds are ordered by their versions, so that the
 * row may be given in any order. Kinds of calls that no build keeps have no line.
 */
export function firstThatKeepsNothing(entries: readonly RowEntry[]): string[] {
  return [...Map.groupBy(entries, ({ calls }) => calls)].flatMap(([calls, ofCalls]) => rowOf(calls, ofCalls));
}

function rowOf(calls: string, entries: readonly RowEntry[]): string[] {
  const byName = new Map(entries.map((entry) => [entry.daemon, entry]));
  const row = [...byName.values()].toSorted(
    (a, b) => compareVersions(a.version, b.version) || a.daemon.localeCompare(b.daemon),
  );
  if (row.length < 2 || !row.some(({ keeps }) => keeps)) return [];
  const words = row.map(({ daemon, keeps }) => `${daemon} ${keeps ? 'leaks' : 'keeps nothing'}`).join(' → ');
  return [`Abandoned calls (${calls}), oldest build first: ${words}`, `  ${turningPoint(row)}`];
}

function turningPoint(row: readonly RowEntry[]): string {
  const turns = row.filter(({ keeps }, index) => index > 0 && row[index - 1]?.keeps !== keeps);
  const [turn, ...others] = turns;
  if (!turn) return 'all of them leak';
  if (others.length > 0) return 'this row has no single turning point';
  const before = row[row.indexOf(turn) - 1]?.daemon;
  return turn.keeps
    ? `the first that leaks is ${turn.daemon}, the last that keeps nothing is ${before}`
    : `the first that keeps nothing is ${turn.daemon}, the last that leaks is ${before}`;
}

import type { StatsAnswer } from '../../harness/evidence/stats-call.ts';
import { compareVersions } from '../../harness/core/version.ts';

/** The result of one build of a row: how it handles a stats call of a lost container. */
export interface RowEntry {
  daemon: string;
  version: string;
  answer: StatsAnswer;
}

/**
 * Finds, in a row of builds, the first that no longer hangs. Builds are ordered by their versions, so that the row may
 * be given in any order; one that hangs again later is reported as such.
 */
export function firstThatAnswers(entries: readonly RowEntry[]): string[] {
  const byName = new Map(entries.map((entry) => [entry.daemon, entry]));
  const row = [...byName.values()].toSorted(
    (a, b) => compareVersions(a.version, b.version) || a.daemon.localeCompare(b.daemon),
  );
  if (row.length < 2) return [];
  const words = row.map(({ daemon, answer }) => `${daemon} ${answer}`).join(' → ');
  const first = row.findIndex(({ answer }) => answer !== 'hangs');
  const last = row[first - 1];
  const found = row[first];
  const again = row.slice(first + 1).filter(({ answer }) => answer === 'hangs');
  const said = () => {
    if (!found) return 'all of them hang';
    if (!last) return again.length > 0 ? 'the oldest of them does not hang' : 'none of them hangs';
    return `the first that no longer hangs is ${found.daemon} (${found.answer}), the last that does is ${last.daemon}`;
  };
  return [
    `A stats call of a lost container, oldest build first: ${words}`,
    `  ${said()}`,
    ...again.map(({ daemon }) => `  but ${daemon} hangs again: this row has no single turning point`),
  ];
}

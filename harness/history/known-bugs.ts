import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { cellHash, controlOf, neededLevel, type Cell, type Need } from '../core/cell.ts';
import { distinguish, type CellSet } from '../core/distinguish.ts';
import { compareVersions } from '../core/version.ts';
import { rowsOf, textOf, type Column } from './columns.ts';

/** What a docker build or a kernel did in the newest run that tried it. */
export interface Sighting {
  /** The level of the docker build or kernel. */
  subject: string;
  bug: 'present' | 'absent';
  /** Directory of the run, relative to the results, and the cell in it. */
  run: string;
  hash: string;
  startedAt: string;
}

/** A bug as the newest runs show it: in the same cells, the same subjects have it. */
export interface KnownBug {
  scenario: string;
  /** Docker builds or kernels. */
  subjects: Need;
  /** The cells that show it, by what distinguishes them from others; empty when all of the scenario's cells do. */
  where: CellSet[];
  /** Oldest first; replicas first of all. */
  sightings: Sighting[];
  /** Subjects that have it, without replicas. */
  openIn: string[];
  /** The first subject without it, where each later one that was tried is without it, too. */
  fixedSince?: string;
  /** Levels of one factor with which no subject that has the bug shows it: what heals it, or what it needs. */
  absentWith: CellSet;
}

/** A cell without its subject, and what became of it on each. */
interface Row {
  cell: Cell;
  sightings: Sighting[];
}

/** The bugs of all scenarios that the newest runs show, those of invalid nights aside. Computed anew each time, so that a bug that comes back is open again. */
export function readKnownBugs(database: DatabaseSync, columns: readonly Column[]): KnownBug[] {
  const counting = new Set(
    columns.filter(({ invalidBecause }) => invalidBecause.length === 0).flatMap(({ runs }) => runs),
  );
  const newest = new Map<string, { scenario: string; levels: Cell; sighting: Sighting }>();
  for (const row of rowsOf(database, query)) {
    const levels = levelsOf.parse(JSON.parse(textOf(row, 'levels')));
    const subject = neededLevel(levels, subjectsOf(levels));
    const run = textOf(row, 'directory');
    if (subject === undefined || controlOf(levels) !== undefined || !counting.has(run)) continue;
    const bug = row['bug'] === 'present' ? 'present' : 'absent';
    const sighting = { subject, bug, run, hash: textOf(row, 'hash'), startedAt: textOf(row, 'startedAt') } as const;
    // Rows are in the order of their runs.
    newest.set(`${textOf(row, 'scenario')} ${sighting.hash}`, { scenario: textOf(row, 'scenario'), levels, sighting });
  }
  const byScenario = Map.groupBy(newest.values(), ({ scenario, levels }) => `${scenario} ${subjectsOf(levels)}`);
  return [...byScenario.values()].flatMap((own) => bugsOf(own[0]?.scenario ?? '', rowsFrom(own)));
}

const query = `SELECT cells.scenario, cells.hash, levels, bug, directory, startedAt FROM verdicts
  JOIN cells ON cells.id = cell JOIN runs ON runs.id = run
  WHERE bug IN ('present', 'absent') AND outcome IN ('as-expected', 'unexpected') ORDER BY startedAt, directory, try`;

const levelsOf = z.record(z.string(), z.string());

/** Kernels where a cell has one: its daemon is then the same everywhere. */
function subjectsOf(levels: Cell): Need {
  return neededLevel(levels, 'kernel') === undefined ? 'daemon' : 'kernel';
}

function rowsFrom(own: readonly { levels: Cell; sighting: Sighting }[]): { subjects: Need; rows: Row[] } {
  const subjects = subjectsOf(own[0]?.levels ?? {});
  const rows = new Map<string, Row>();
  for (const { levels, sighting } of own) {
    const cell = Object.fromEntries(Object.entries(levels).filter(([factor]) => factor !== subjects));
    const key = cellHash(cell);
    const row = rows.get(key) ?? { cell, sightings: [] };
    rows.set(key, row);
    row.sightings.push(sighting);
  }
  for (const { sightings } of rows.values()) sightings.sort(bySubject);
  return { subjects, rows: [...rows.values()] };
}

/** One bug for all rows on whose subjects it showed alike. */
function bugsOf(scenario: string, { subjects, rows }: { subjects: Need; rows: Row[] }): KnownBug[] {
  const shown = rows.filter(({ sightings }) => sightings.some(({ bug }) => bug === 'present'));
  const alike = Map.groupBy(shown, ({ sightings }) =>
    sightings.map(({ subject, bug }) => `${subject} ${bug}`).join('\n'),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const cells = new Set(same.map(({ cell }) => cell));
    const sets = distinguish(
      rows.map(({ cell }) => cell),
      (cell) => cells.has(cell),
    );
    const where = sets ?? same.map(({ cell }) => Object.fromEntries(Object.entries(cell).map(([k, v]) => [k, [v]])));
    const { sightings } = first;
    return [{ scenario, subjects, where, sightings, ...stateOf(sightings), absentWith: absentWith(same, rows) }];
  });
}

/** A replica is no subject: it has the bugs that it was given. */
function stateOf(sightings: readonly Sighting[]): Pick<KnownBug, 'openIn' | 'fixedSince'> {
  const real = sightings.filter(({ subject }) => !subject.startsWith('replica'));
  const last = real.findLastIndex(({ bug }) => bug === 'present');
  const fixedSince = last < 0 ? undefined : real[last + 1]?.subject;
  return {
    openIn: real.filter(({ bug }) => bug === 'present').map(({ subject }) => subject),
    ...(fixedSince !== undefined && { fixedSince }),
  };
}

function absentWith(same: readonly Row[], rows: readonly Row[]): CellSet {
  const found: Record<string, string[]> = {};
  for (const { cell, sightings } of same) {
    const open = new Set(sightings.filter(({ bug }) => bug === 'present').map(({ subject }) => subject));
    for (const other of rows) {
      const [factor, more] = Object.keys(cell).filter((name) => cell[name] !== other.cell[name]);
      const tried = other.sightings.filter(({ subject }) => open.has(subject));
      if (factor === undefined || more !== undefined || tried.length === 0) continue;
      const level = other.cell[factor] ?? '';
      if (tried.every(({ bug }) => bug === 'absent')) found[factor] = [...new Set([...(found[factor] ?? []), level])];
    }
  }
  return found;
}

function bySubject(a: Sighting, b: Sighting): number {
  const rank = ({ subject }: Sighting) => (subject.startsWith('replica') ? 0 : 1);
  return rank(a) - rank(b) || compareVersions(a.subject, b.subject);
}

import { UsageError } from '../core/errors.ts';
import type { SlopeFigure } from '../judge/verdict-record.ts';
import { cellName, neededLevel } from '../core/cell.ts';
import { nightsDirectory } from '../store/list-runs.ts';
import { isControl, type CellHistory, type Entry } from './cells.ts';
import type { Column, HistoryBuild } from './columns.ts';
import { differences } from './trend.ts';

/** One side of a comparison: cells by what they have in common with those of the other side. */
export interface Side {
  /** For people. */
  name: string;
  cells: Map<string, SideCell>;
}

interface SideCell {
  scenario: string;
  machine: string;
  name: string;
  entry: Entry;
}

/** A cell that both sides have. */
export interface Pair {
  scenario: string;
  machine: string;
  name: string;
  before: Entry;
  now: Entry;
}

/** The differences between two sides. */
export interface Comparison {
  before: string;
  now: string;
  /** Cells whose outcomes are not the same. */
  changed: Pair[];
  /** Slopes whose intervals do not overlap, with any outcome. */
  moved: { pair: Pair; slopes: { before: SlopeFigure; now: SlopeFigure }[] }[];
  /** Cells that are the same in both. */
  same: number;
  onlyBefore: string[];
  onlyNow: string[];
}

/** The columns that have to do with a word, as {@link sideOf} takes it; none when nothing has that name. */
export function columnsNamed(word: string, columns: readonly Column[]): Column[] {
  const isMeant = named(word);
  const exact = columns.find(({ key, runs }) => isMeant(key) || runs.some(isMeant));
  return exact ? [exact] : columns.filter(({ builds }) => builds.some((build) => isBuild(build, word)));
}

/**
 * Finds what is meant by a word: a night (`nights/START`, `START`), a run (`SCENARIO/START`, or its directory), or a build by
 * the level of the factor `daemon` or by its version, with the newest try of each of its cells.
 *
 * @throws {UsageError} when nothing has that name
 */
export function sideOf(word: string, columns: readonly Column[], cells: readonly CellHistory[]): Side {
  const isMeant = named(word);
  const night = columns.find(({ key }) => isMeant(key));
  if (night) return sideOfTries(night.key, cells, (run) => night.runs.includes(run));
  const run = columns.flatMap(({ runs }) => runs).find(isMeant);
  if (run !== undefined) return sideOfTries(run, cells, (other) => other === run);
  const builds = columns.flatMap((column) => column.builds).filter((build) => isBuild(build, word));
  const levels = new Set(builds.map(({ name }) => name));
  const ofBuild = cells.filter((cell) => levels.has(neededLevel(cell.levels, 'daemon') ?? '') && !isControl(cell));
  if (ofBuild.length === 0) {
    throw new UsageError(
      `There is no night, run or build "${word}" in the history: name nights/START, SCENARIO/START, or a build by its version.`,
    );
  }
  return {
    name: word,
    cells: new Map(ofBuild.flatMap((cell) => cellOf(cell, cell.entries.at(-1), withoutDaemon(cell)))),
  };
}

/** Whether a directory, relative to the results, is the one that an argument names. */
function named(word: string): (directory: string) => boolean {
  const wanted = word.replace(/\/+$/, '');
  return (directory) =>
    directory === wanted || directory === `${nightsDirectory}/${wanted}` || wanted.endsWith(`/${directory}`);
}

function isBuild({ name, version }: HistoryBuild, word: string): boolean {
  return name === word || version === word;
}

/** Sets two sides beside each other. Pure. */
export function compareSides(before: Side, now: Side): Comparison {
  const pairs = [...now.cells].flatMap(([key, cell]): Pair[] => {
    const other = before.cells.get(key);
    const { scenario, machine, name } = cell;
    return other ? [{ scenario, machine, name, before: other.entry, now: cell.entry }] : [];
  });
  const changed = pairs.filter((pair) => wordsOf(pair.before) !== wordsOf(pair.now));
  const moved = pairs.flatMap((pair) => {
    const slopes = differences(slopesOf(pair.before), slopesOf(pair.now));
    return slopes.length > 0 ? [{ pair, slopes }] : [];
  });
  const different = new Set([...changed, ...moved.map(({ pair }) => pair)]);
  return {
    before: before.name,
    now: now.name,
    changed,
    moved,
    same: pairs.length - different.size,
    onlyBefore: missing(before, now),
    onlyNow: missing(now, before),
  };
}

/** The outcomes of an entry as one word, so that a flake is not taken for what it was before. */
export function wordsOf({ tries }: Entry): string {
  return [...new Set(tries.map(({ outcome }) => outcome))].toSorted().join(' and ');
}

function slopesOf({ tries }: Entry): SlopeFigure[] {
  return tries.findLast(({ slopes }) => slopes.length > 0)?.slopes ?? [];
}

function missing(from: Side, to: Side): string[] {
  return [...from.cells].filter(([key]) => !to.cells.has(key)).map(([, { scenario, name }]) => `${scenario} ${name}`);
}

function sideOfTries(name: string, cells: readonly CellHistory[], has: (run: string) => boolean): Side {
  const own = cells.flatMap((cell) => {
    const [first, ...rest] = cell.entries.flatMap(({ tries }) => tries).filter(({ run }) => has(run));
    const entry: Entry | undefined = first && { column: name, tries: [first, ...rest], flaky: false };
    return cellOf(cell, entry, cell.name);
  });
  return { name, cells: new Map(own) };
}

function cellOf(cell: CellHistory, entry: Entry | undefined, shared: string): [string, SideCell][] {
  const { scenario, machine, name } = cell;
  return entry ? [[[scenario, machine, shared].join('\n'), { scenario, machine, name, entry }]] : [];
}

/** The key that a cell shares with that of another build. */
function withoutDaemon({ levels: { daemon: _daemon, ...rest } }: CellHistory): string {
  return cellName(rest);
}

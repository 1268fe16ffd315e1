import { cpSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { scratch } from '../support/scratch.ts';
import { makeResults } from './results.ts';
import type { Ended } from './try-all.ts';

/** Stands in what a link leads to: nothing that is printed or published may have it. */
export const secret = 'the-key-of-the-safe';

/** Files and directories of a run, relative to it; CELL is the one with the bug. */
export const files = [
  'run.json',
  'cells/CELL/plan.json',
  'cells/CELL/verdict.json',
  'cells/CELL/observations.json',
  'cells/CELL/events.ndjson',
  'cells/CELL/dockerd-1.log',
  'cells/CELL/docker-version.json',
  'cells/CELL/docker-info.json',
  'cells/CELL/goroutines.txt',
  'cells/CELL/heap.svg',
  'cells/CELL/heap.pb.gz',
];
export const directories = ['cells', 'cells/CELL'];

/** The commands that read a stored run. */
export const readers = [
  ['lab', 'report'],
  ['lab', 'show'],
  ['lab', 'upstream'],
  ['lab', 'rejudge'],
];

export interface Place {
  results: string;
  run: string;
  /** Path of a file of the run. */
  file: (name: string) => string;
}

/** A copy of the same results for each input: what one does to them is not seen by the next. */
export async function copies(t: ExecutionContext): Promise<() => Place> {
  const top = scratch(t);
  const original = path.join(top, 'original');
  const run = await makeResults(original);
  const cell = readdirSync(path.join(original, run, 'cells')).find((name) => name.includes('slave')) ?? '';
  let number = 0;
  return () => {
    const results = path.join(top, `${++number}`);
    cpSync(original, results, { recursive: true, verbatimSymlinks: true });
    return { results, run, file: (name) => path.join(results, run, name.replace('CELL', cell)) };
  };
}

/** Every regular file below a directory, with its content. */
export function contentsOf(directory: string): string[] {
  if (!lstatSync(directory, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1'));
}

/** The runs that are read stay as they are: what is written beside them is not theirs. */
export function leaks({ results, run }: Place, { stdout, stderr }: Ended): string | undefined {
  if ([stdout, stderr].some((text) => text.includes(secret))) return 'it prints what a link leads to';
  const published = [path.join(results, 'report'), path.join(results, run, 'upstream'), path.join(results, 'merged')];
  return published.flatMap(contentsOf).some((content) => content.includes(secret))
    ? 'it publishes what a link leads to'
    : undefined;
}

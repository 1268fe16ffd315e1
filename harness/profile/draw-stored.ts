import { readStored } from '../store/stored-file.ts';
import { flameGraph } from './flame-graph.ts';
import { flameTree } from './flame-tree.ts';
import { grownStacks, type GrownStacks } from './grown-stacks.ts';
import { heapOf } from './profile.ts';
import { totalOf, type Stack } from './stacks.ts';
import { megabytes } from './top-table.ts';

/** Functions of a stack that are drawn, from the outermost on: Go's own are some 60 deep, and a picture has room for these. */
const deepest = 200;

/** Stacks that are drawn: the daemons that were measured have some 1,000. */
const mostStacks = 20_000;

/** Flame graphs of the heap of a cell. */
export interface DrawnHeap {
  /** What is in use after the doses. */
  after: string;
  /** What has grown since before them; undefined where only one profile is there. */
  growth?: string;
}

/**
 * Draws the flame graphs of a cell anew, from the profile in its directory. The `heap.svg` beside that may be anybody's, with a script in it, and is
 * not shown.
 *
 * @param version what the daemon called itself
 * @returns undefined where the cell has no profile
 * @throws {LabError} when the profile cannot be read
 */
export function drawStoredHeap(
  directory: string,
  names: readonly string[],
  version = 'unknown',
): DrawnHeap | undefined {
  const read = (...files: string[]) => {
    const name = files.find((one) => names.includes(one));
    const heap = name === undefined ? undefined : readStored(directory, name);
    return heap && heapOf({ heap, goroutines: '' });
  };
  const after = read('heap.pb.gz', 'heap.txt');
  if (!after) return undefined;
  const before = read('heap-before.pb.gz', 'heap-before.txt');
  const draw = (heading: string, all: readonly Stack[]) => {
    const stacks = all.slice(0, mostStacks).map((stack) => ({ ...stack, frames: stack.frames.slice(-deepest) }));
    return flameGraph(heading, flameTree('all', stacks));
  };
  const daemon = `dockerd ${version}`;
  const grown = before && grownStacks(before.stacks, after.stacks);
  return {
    after: draw(heapHeading(totalOf(after).bytes, daemon), after.stacks),
    ...(grown && { growth: draw(growthHeading(grown, daemon), grown.stacks) }),
  };
}

/** The name of the flame graph of a growth: what went elsewhere is no part of the picture. */
function growthHeading({ grownBytes, shrunkBytes }: GrownStacks, daemon: string): string {
  const shrunk = shrunkBytes > 0 ? `, ${megabytes(shrunkBytes)} less elsewhere` : '';
  return `growth of the heap since before the doses, ${megabytes(grownBytes)}${shrunk}, ${daemon}`;
}

/** The name of a heap's flame graph. */
export function heapHeading(bytes: number, daemon: string): string {
  return `heap in use after GC, ${megabytes(bytes)}, ${daemon}`;
}

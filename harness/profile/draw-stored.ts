import { readStored } from '../store/stored-file.ts';
import { flameGraph } from './flame-graph.ts';
import { flameTree } from './flame-tree.ts';
import { heapOf } from './profile.ts';
import { totalOf } from './stacks.ts';
import { megabytes } from './top-table.ts';

/** Functions of a stack that are drawn, from the outermost on: Go's own are some 60 deep, and a picture has room for these. */
const deepest = 200;

/** Stacks that are drawn: the daemons that were measured have some 1,000. */
const mostStacks = 20_000;

/**
 * Draws the flame graph of a cell anew, from the profile in its directory. The `heap.svg` beside that may be anybody's, with a script in it, and is
 * not shown.
 *
 * @param version what the daemon called itself
 * @returns undefined where the cell has no profile
 * @throws {LabError} when the profile cannot be read
 */
export function drawStoredHeap(directory: string, names: readonly string[], version = 'unknown'): string | undefined {
  const name = ['heap.pb.gz', 'heap.txt'].find((one) => names.includes(one));
  const heap = name === undefined ? undefined : readStored(directory, name);
  if (!heap) return undefined;
  const read = heapOf({ heap, goroutines: '' });
  const stacks = read.stacks.slice(0, mostStacks).map((stack) => ({ ...stack, frames: stack.frames.slice(-deepest) }));
  return flameGraph(heapHeading(totalOf(read).bytes, `dockerd ${version}`), flameTree('all', stacks));
}

/** The name of a heap's flame graph. */
export function heapHeading(bytes: number, daemon: string): string {
  return `heap in use after GC, ${megabytes(bytes)}, ${daemon}`;
}

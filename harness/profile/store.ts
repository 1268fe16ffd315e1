import { writeFile } from 'node:fs/promises';
import { byFunction, differenceOf, topRows } from './functions.ts';
import { heapHeading } from './draw-stored.ts';
import { flameGraph } from './flame-graph.ts';
import { flameTree } from './flame-tree.ts';
import { decidingFrames, readGoroutines } from './goroutines.ts';
import { isProtobuf } from './heap-profile.ts';
import { heapOf, type Profile } from './profile.ts';
import type { Profiles } from '../evidence/daemon-notes.ts';
import { totalOf } from './stacks.ts';

/** Groups that are kept, and goroutines that a group needs for it. */
const [mostGroups, leastGoroutines] = [6, 5];

/**
 * Writes two profiles of a daemon, taken before and after the doses, into the cell's directory, and returns their results:
 * `heap-before.pb.gz`, `heap.pb.gz` (or `.txt`, of an old Go), `heap.svg`, `goroutines.txt`.
 *
 * @param fileOf gives the path of a file in the cell's directory, as CellContext.logFile does
 * @param daemon what to call the daemon in the picture, e.g. `dockerd 20.10.24`
 */
export async function storeProfiles(
  fileOf: (name: string) => string,
  daemon: string,
  before: Profile,
  after: Profile,
): Promise<Profiles> {
  const [heapBefore, heap] = [heapOf(before), heapOf(after)];
  const total = { before: totalOf(heapBefore), after: totalOf(heap) };
  const heading = heapHeading(total.after.bytes, daemon);
  const files = {
    [`heap-before.${extensionOf(before)}`]: before.heap,
    [`heap.${extensionOf(after)}`]: after.heap,
    'heap.svg': flameGraph(heading, flameTree('all', heap.stacks)),
    'goroutines.txt': after.goroutines,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(fileOf(name), content);
  const functions = byFunction(heap.stacks);
  const growth = differenceOf(byFunction(heapBefore.stacks), functions);
  return {
    heap: {
      types: [...heap.types],
      rate: heap.rate,
      ...total,
      top: topRows(functions, total.after.bytes),
      growth: topRows(growth, total.after.bytes - total.before.bytes),
    },
    goroutines: summaryOf(before, after),
    files: Object.keys(files),
  };
}

function extensionOf({ heap }: Profile): string {
  return isProtobuf(heap) ? 'pb.gz' : 'txt';
}

function summaryOf(before: Profile, after: Profile): Profiles['goroutines'] {
  const earlier = new Map(readGoroutines(before.goroutines).map(({ count, frames }) => [frames.join('\n'), count]));
  const groups = readGoroutines(after.goroutines);
  const kept = groups.filter(({ count }) => count >= leastGoroutines).slice(0, mostGroups);
  const others = groups.slice(kept.length);
  const sum = (some: typeof groups) => some.reduce((count, group) => count + group.count, 0);
  return {
    total: sum(groups),
    groups: kept.map((group) => ({
      count: group.count,
      before: earlier.get(group.frames.join('\n')) ?? 0,
      frames: decidingFrames(group),
    })),
    others: { count: sum(others), groups: others.length },
  };
}

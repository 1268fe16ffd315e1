import type { Stack } from './stacks.ts';

/** Functions as they called each other, the outermost first, with the bytes that came of it. */
export interface FlameNode {
  /** The function's whole name. */
  name: string;
  bytes: number;
  /** By name, so that equal heaps give equal pictures. */
  children: FlameNode[];
}

interface Building {
  bytes: number;
  children: Map<string, Building>;
}

/** Merges stacks with the same outer frames into a tree; its root, which is no function, has the sum of them. */
export function flameTree(name: string, stacks: readonly Stack[]): FlameNode {
  const root: Building = { bytes: 0, children: new Map() };
  for (const { frames, bytes } of stacks) {
    let node = root;
    node.bytes += bytes;
    for (const frame of frames.toReversed()) {
      const child = node.children.get(frame) ?? { bytes: 0, children: new Map() };
      node.children.set(frame, child);
      child.bytes += bytes;
      node = child;
    }
  }
  return finish(name, root);
}

function finish(name: string, { bytes, children }: Building): FlameNode {
  const byName = [...children].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { name, bytes, children: byName.map(([child, node]) => finish(child, node)) };
}

import type { Stack } from './stacks.ts';

/** The stacks that hold more than they did. */
export interface GrownStacks {
  /** Each with the bytes that it has grown by. */
  stacks: Stack[];
  /** Sum of these bytes. */
  grownBytes: number;
  /** Bytes by which all other stacks have shrunk. */
  shrunkBytes: number;
}

/** The difference of two heaps, stack by stack; objects of another size are another stack. */
export function grownStacks(before: readonly Stack[], after: readonly Stack[]): GrownStacks {
  const known = merged(before);
  const now = merged(after);
  const stacks: Stack[] = [];
  let shrunkBytes = 0;
  for (const [key, stack] of now) {
    const more = stack.bytes - (known.get(key)?.bytes ?? 0);
    if (more > 0) stacks.push({ ...stack, bytes: more });
    else shrunkBytes -= more;
  }
  for (const [key, { bytes }] of known) if (!now.has(key)) shrunkBytes += bytes;
  return { stacks, grownBytes: stacks.reduce((sum, { bytes }) => sum + bytes, 0), shrunkBytes };
}

function merged(stacks: readonly Stack[]): Map<string, Stack> {
  const all = new Map<string, Stack>();
  for (const stack of stacks) {
    const key = [stack.size, ...stack.frames].join('\n');
    const known = all.get(key);
    all.set(key, known ? { ...known, bytes: known.bytes + stack.bytes } : stack);
  }
  return all;
}

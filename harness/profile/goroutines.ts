import type { GoroutineGroup } from '../evidence/goroutine-groups.ts';
import { numberIn } from '../probes/probe.ts';
import { packageOf } from './function-name.ts';

/** `4000 @ 0x43f096 0x44ef3c` */
const groupLine = /^(\d+) @/;

/** `#\t0x855f18\tgithub.com/docker/…/router.cancellableHandler.func1.1+0x58\t/src/local.go:77` */
const frameLine = /^#\t0x[0-9a-f]+\t(\S+)\+0x[0-9a-f]+\t/;

/**
 * Reads `/debug/pprof/goroutine?debug=1`, most goroutines first. Groups that differ by a line within a function are one.
 *
 * @throws {Error} when it is no such text, or when the groups are fewer than the dump says.
 */
export function readGoroutines(text: string): GoroutineGroup[] {
  const groups: GoroutineGroup[] = [];
  for (const line of text.split('\n')) {
    const count = groupLine.exec(line)?.[1];
    const frame = frameLine.exec(line)?.[1];
    if (count !== undefined) groups.push({ count: Number(count), frames: [] });
    else if (frame !== undefined) groups.at(-1)?.frames.push(frame);
  }
  const total = numberIn(text, 'goroutines', /^goroutine profile: total (\d+)$/m);
  const read = groups.reduce((sum, { count }) => sum + count, 0);
  if (read !== total) throw new Error(`reading goroutines: ${read} in groups, ${total} in all`);
  const alike = Map.groupBy(groups, ({ frames }) => frames.join('\n'));
  const merged = [...alike.values()].map((same) => ({
    count: same.reduce((sum, { count }) => sum + count, 0),
    frames: same[0]?.frames ?? [],
  }));
  return merged.toSorted((a, b) => b.count - a.count);
}

/** Packages in which goroutines stand for every kind of wait: the runtime's, and those that read and write for others. */
const waiting = new Set(['runtime', 'internal/poll', 'sync', 'syscall', 'os', 'net', 'io', 'bufio', 'time']);

/** The frames that tell what a group waits for: those of others on top are left out, unless there are no more. */
export function decidingFrames({ frames }: GoroutineGroup): string[] {
  const first = frames.findIndex((frame) => !waiting.has(packageOf(frame)));
  return frames.slice(Math.max(first, 0));
}

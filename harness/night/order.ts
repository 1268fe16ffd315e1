import type { NightPart } from './plan.ts';

/** The record of a part from earlier nights. */
export interface Past {
  /** Seconds that it takes; undefined when it was never run. */
  seconds: number | undefined;
  /** Whether a cell of it failed in the last night that had it. */
  failed: boolean;
}

/** Orders parts: those that failed last come first, as people wait for them; then cheap ones before expensive ones. Pure. */
export function ordered(parts: readonly NightPart[], past: (part: NightPart) => Past): NightPart[] {
  const known = new Map(parts.map((part) => [part, past(part)]));
  const rank = (part: NightPart) => (known.get(part)?.failed ? 0 : 1);
  const cost = (part: NightPart) => known.get(part)?.seconds ?? part.seconds;
  return parts.toSorted((a, b) => rank(a) - rank(b) || cost(a) - cost(b) || a.name.localeCompare(b.name));
}

/** Whether a cell is one of a shard's: each is of exactly one, on every host. `hash` is the cell's, in hex. */
export function isOfShard(hash: string, shard: { index: number; of: number } | undefined): boolean {
  return !shard || Number.parseInt(hash.slice(0, 8), 16) % shard.of === shard.index - 1;
}

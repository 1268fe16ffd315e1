import type { GiveBack, HeldReading } from '../../harness/evidence/give-back.ts';

/** The amount released by each step: of the dying cgroups, or of the ids where the kernel counts no dying ones. */
export function giveBackLines({ before, peak, afterDropCaches, afterLettingGo }: GiveBack): string[] {
  const held = (metric: keyof HeldReading) => (peak[metric] ?? 0) - (before[metric] ?? 0);
  const counted = (['dying-cgroups', 'slab-ids'] as const).find((metric) => held(metric) > 0);
  if (!counted) return [];
  const part = (metric: keyof HeldReading, after: HeldReading) => {
    // What the warm-up left goes with the rest: more than all of it is all of it. Less than nothing is nothing.
    const share = ((peak[metric] ?? 0) - (after[metric] ?? 0)) / held(metric);
    return held(metric) <= 0 ? 'nothing to give back' : `${Math.round(100 * Math.min(1, Math.max(0, share)))} %`;
  };
  const words = counted === 'dying-cgroups' ? 'cgroups' : 'ids';
  const line = (what: string, after: HeldReading) =>
    `${what} gives back ${part(counted, after)} of the ${words}, ${part('unreclaimable', after)} of the bytes`;
  return [line('drop_caches', afterDropCaches), line('removing the holders', afterLettingGo)];
}

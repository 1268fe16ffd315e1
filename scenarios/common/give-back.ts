import { z } from 'zod';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { kernelMemory } from '../../harness/probes/kernel/kernel-memory.ts';
import { memoryCgroups, type MemoryCgroups } from '../../harness/probes/kernel/memory-cgroups.ts';
import { slabCopies } from '../../harness/probes/kernel/slab-copies.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';

/** The probes of a kernel whose cgroups are created and removed. */
export const cgroupProbes = [kernelMemory, memoryCgroups, slabCopies];

const reading = z.strictObject({
  'dying-cgroups': z.number(),
  unreclaimable: z.number(),
  'slab-unreclaimable': z.number().optional(),
  /** Of a kernel that lists its slab caches. */
  'slab-ids': z.number().optional(),
});
type Reading = z.infer<typeof reading>;

/** The amount that dying cgroups hold at their first and last dose, and after each step that may release it. */
export const giveBackRecord = z.strictObject({
  before: reading,
  peak: reading,
  afterDropCaches: reading,
  afterLettingGo: reading,
});
export type GiveBack = z.infer<typeof giveBackRecord>;

/** Drops the kernel's caches, then removes the rest, and reads after each step. */
export async function readGiveBack(
  { phase, machine }: Pick<CellContext, 'phase' | 'machine'>,
  cgroups: MemoryCgroups,
  readings: readonly Record<string, number>[],
  letGo: () => Promise<void>,
): Promise<GiveBack> {
  const target = { machine, cgroups };
  const look = async (what: string, work: () => Promise<unknown>) => {
    await phase('harness', what, work);
    return pick(await openRecorder(cgroupProbes, target, 'cgroup').read(0));
  };
  const afterDropCaches = await look('dropping caches', () =>
    readOutput(target, 'caches', ['busybox', 'sh', '-c', 'busybox sync; echo 3 >/proc/sys/vm/drop_caches']),
  );
  const afterLettingGo = await look('removing the holders', async () => {
    await letGo();
    await settle(target);
  });
  return { before: pick(readings[0] ?? {}), peak: pick(readings.at(-1) ?? {}), afterDropCaches, afterLettingGo };
}

function pick(values: Record<string, number>): Reading {
  return reading.parse(Object.fromEntries(Object.keys(reading.shape).map((metric) => [metric, values[metric]])));
}

/** The kernel frees cgroups and copies of slab caches by and by: looks until it frees no more. */
export async function settle(target: { machine: Machine; cgroups: MemoryCgroups }): Promise<void> {
  for (let before = Infinity; ;) {
    const { 'dying-cgroups': dying = 0 } = await memoryCgroups.read(target);
    const { 'slab-ids': ids = 0, 'slab-copies': copies = 0 } = await slabCopies.read(target);
    const now = dying + ids + copies;
    if (now === 0 || now >= before) return;
    before = now;
  }
}

/** The amount released by each step: of the dying cgroups, or of the ids where the kernel counts no dying ones. */
export function giveBackLines({ before, peak, afterDropCaches, afterLettingGo }: GiveBack): string[] {
  const held = (metric: keyof Reading) => (peak[metric] ?? 0) - (before[metric] ?? 0);
  const counted = (['dying-cgroups', 'slab-ids'] as const).find((metric) => held(metric) > 0);
  if (!counted) return [];
  const part = (metric: keyof Reading, after: Reading) => {
    // What the warm-up left goes with the rest: more than all of it is all of it. Less than nothing is nothing.
    const share = ((peak[metric] ?? 0) - (after[metric] ?? 0)) / held(metric);
    return held(metric) <= 0 ? 'nothing to give back' : `${Math.round(100 * Math.min(1, Math.max(0, share)))} %`;
  };
  const words = counted === 'dying-cgroups' ? 'cgroups' : 'ids';
  const line = (what: string, after: Reading) =>
    `${what} gives back ${part(counted, after)} of the ${words}, ${part('unreclaimable', after)} of the bytes`;
  return [line('drop_caches', afterDropCaches), line('removing the holders', afterLettingGo)];
}

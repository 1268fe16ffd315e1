import { z } from 'zod';
import { openRecorder } from '../harness/dosing/recorder.ts';
import type { Machine } from '../harness/machines/machine.ts';
import { kernelMemory } from '../harness/probes/kernel/kernel-memory.ts';
import { memoryCgroups, type MemoryCgroups } from '../harness/probes/kernel/memory-cgroups.ts';
import { readOutput } from '../harness/probes/probe.ts';
import type { CellContext } from '../harness/scenario.ts';

/** What is read of a kernel whose cgroups come and go. */
export const cgroupProbes = [kernelMemory, memoryCgroups];

const reading = z.strictObject({ 'dying-cgroups': z.number(), unreclaimable: z.number() });

/** What dying cgroups hold at their first and last dose, and after what may give it back. */
export const giveBackRecord = z.strictObject({
  before: reading,
  peak: reading,
  afterDropCaches: reading,
  afterLettingGo: reading,
});
export type GiveBack = z.infer<typeof giveBackRecord>;

/** Drops the kernel's caches, then lets go of what was left, and reads after either. */
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

function pick(values: Record<string, number>): z.infer<typeof reading> {
  return reading.parse({ 'dying-cgroups': values['dying-cgroups'], unreclaimable: values['unreclaimable'] });
}

/** The kernel frees cgroups by and by: looks until it frees no more. */
export async function settle(target: { machine: Machine; cgroups: MemoryCgroups }): Promise<void> {
  for (let before = Infinity; ;) {
    const { 'dying-cgroups': now = 0 } = await memoryCgroups.read(target);
    if (now === 0 || now >= before) return;
    before = now;
  }
}

/** What came back, and by what. */
export function giveBackLines({ before, peak, afterDropCaches, afterLettingGo }: GiveBack): string[] {
  const part = (metric: keyof typeof peak, after: typeof peak) => {
    const held = peak[metric] - before[metric];
    // What the warm-up left goes with the rest: more than all of it is all of it.
    return held <= 0
      ? 'nothing to give back'
      : `${Math.round(100 * Math.min(1, (peak[metric] - after[metric]) / held))} %`;
  };
  if (peak['dying-cgroups'] - before['dying-cgroups'] <= 0) return [];
  const line = (what: string, after: typeof peak) =>
    `${what} gives back ${part('dying-cgroups', after)} of the cgroups, ${part('unreclaimable', after)} of the bytes`;
  return [line('drop_caches', afterDropCaches), line('removing the holders', afterLettingGo)];
}

import { setTimeout as sleep } from 'node:timers/promises';
import { heldReading, type GiveBack, type HeldReading } from '../../harness/evidence/give-back.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import type { Machine } from '../../harness/machine/contract.ts';
import { kernelMemory } from '../../harness/probes/kernel/kernel-memory.ts';
import { memoryCgroups, type MemoryCgroups } from '../../harness/probes/kernel/memory-cgroups.ts';
import { slabCopies } from '../../harness/probes/kernel/slab-copies.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';

/** The probes of a kernel whose cgroups are created and removed. */
export const cgroupProbes = [kernelMemory, memoryCgroups, slabCopies];

/** Drops the kernel's caches, then removes the rest, and reads after each step. */
export async function readGiveBack(
  { phase, machine }: Pick<CellContext, 'phase' | 'machine'>,
  cgroups: MemoryCgroups,
  readings: readonly Record<string, number>[],
  letGo: () => Promise<void>,
): Promise<GiveBack> {
  const target = { machine, cgroups };
  const look = async (activity: 'dropping-caches' | 'removing-holders', work: () => Promise<unknown>) => {
    await phase('harness', { activity }, work);
    return pick(await openRecorder(cgroupProbes, target, 'cgroup').read(0));
  };
  const afterDropCaches = await look('dropping-caches', async () => {
    await readOutput(target, 'caches', ['busybox', 'sh', '-c', 'busybox sync; echo 3 >/proc/sys/vm/drop_caches']);
    await settle(target);
  });
  const afterLettingGo = await look('removing-holders', async () => {
    await letGo();
    await settle(target);
  });
  return { before: pick(readings[0] ?? {}), peak: pick(readings.at(-1) ?? {}), afterDropCaches, afterLettingGo };
}

function pick(values: Record<string, number>): HeldReading {
  return heldReading.parse(
    Object.fromEntries(Object.keys(heldReading.shape).map((metric) => [metric, values[metric]])),
  );
}

/** Milliseconds between two looks, and looks in a row that see nothing freed. On a busy host a guest freed 3 % of its cgroups by the first look, and all later. */
const [pause, quietLooks] = [200, 3];

/** The kernel frees cgroups and copies of slab caches by and by: looks until it frees no more. */
export async function settle(target: { machine: Machine; cgroups: MemoryCgroups }): Promise<void> {
  for (let before = Infinity, quiet = 0; ;) {
    const { 'dying-cgroups': dying = 0 } = await memoryCgroups.read(target);
    const { 'slab-ids': ids = 0, 'slab-copies': copies = 0 } = await slabCopies.read(target);
    const now = dying + ids + copies;
    quiet = now < before ? 0 : quiet + 1;
    if (now === 0 || quiet === quietLooks) return;
    before = now;
    await sleep(pause);
  }
}

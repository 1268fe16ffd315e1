import { z } from 'zod';
import { applyDoses, readIdle } from '../harness/dosing/doses.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { readKernelLog } from '../harness/probes/kernel/kernel-log.ts';
import { isBefore } from '../harness/daemons/version.ts';
import { kernelMemory } from '../harness/probes/kernel/kernel-memory.ts';
import { memoryCgroups } from '../harness/probes/kernel/memory-cgroups.ts';
import { slabCopies } from '../harness/probes/kernel/slab-copies.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { findCgroupRoot } from '../harness/workloads/cgroup-root.ts';
import { openChurn } from '../harness/workloads/memory-cgroups.ts';
import { judgeMemcgIds } from './memcg-ids-judge.ts';

/** Cgroups at each reading, by the level of the factor `dose`; the last is more than there are ids. */
const doses: Readonly<Record<string, readonly number[]>> = {
  bounded: [0, 100, 200, 300, 400, 500],
  full: [0, 2000, 4000, 8000, 16_000, 32_000, 48_000, 66_000],
};

/**
 * What makes a cgroup die and stay, on each kernel that was measured but 7.2. Before 4.5 page cache goes to the parent, and it is kernel memory that holds it:
 * on 3.10.0-514 one id for each cgroup that keeps files.
 */
function workloadFor(release: string): 'page-cache' | 'files-kept' {
  return isBefore(release, '4.5') ? 'files-kept' : 'page-cache';
}

/** On 3.10.0-514, measured with 60 files each. */
const tooLarge =
  'before Linux 4.5 a removed cgroup that keeps its id holds some 73 KB: as many as there are ids take 4.8 GB, and the machine of this cell has 2 GiB';

const observations = z.strictObject({
  version: z.union([z.literal(1), z.literal(2)]),
  /** What each cgroup's process does; page-cache in runs from before there was a choice. */
  workload: z.enum(['page-cache', 'files-kept']).optional(),
  /** Cgroups that were made and removed, and the kernel's words when it made no more. */
  made: z.int(),
  refusal: z.string().optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  kernelLog: z.array(z.string()),
});
export type MemcgIdsObservations = z.infer<typeof observations>;

/** What happens when a kernel has no ids for memory cgroups any more. */
export const memcgIds: Scenario<MemcgIdsObservations> = {
  name: 'memcg-ids',
  claim:
    'There are 65,535 ids for memory cgroups; where dead ones keep theirs, mkdir fails with “No space left on device” with ' +
    'gigabytes of disk free.',
  references: ['torvalds/linux@73f576c04b94', 'moby/moby#29638'],
  needs: ['kernel'],
  machine: 'microvm',
  factors: [{ name: 'dose', levels: Object.keys(doses), defaults: ['bounded'] }],
  boot: () => ({ parameters: [] }),
  notApplicable: (cell, release) =>
    levelOf(cell, 'dose') === 'full' && workloadFor(release) === 'files-kept' ? tooLarge : undefined,
  // 66,000 dead cgroups of up to 20 KB each, and half an hour on an emulated CPU.
  budget: { memoryBytes: 2 ** 31, diskBytes: 0, seconds: 3600 },
  observations,
  run: observe,
  judge: judgeMemcgIds,
};

async function observe(context: CellContext): Promise<MemcgIdsObservations> {
  const { cell, machine, phase } = context;
  const plan = doses[levelOf(cell, 'dose')] ?? [];
  const cgroups = await findCgroupRoot(machine);
  const workload = workloadFor(machine.description.kernel);
  const churn = await openChurn(machine, cgroups, workload, 'on');
  const probes = [kernelMemory, memoryCgroups, slabCopies];
  const target = { machine, cgroups };
  const idle = openRecorder(probes, target, 'cgroup');
  await phase('harness', 'reading the idle kernel', () => readIdle(context, idle, plan));
  const recorder = openRecorder(probes, target, 'cgroup');
  const atOnce = workload === 'files-kept' ? 200 : 1000;
  let made = 0;
  let refusal: string | undefined;
  await applyDoses(context, recorder, plan, 'cgroups', async (more, dose) => {
    const before = made;
    // In parts: each has a time limit of its own, and one that keeps files takes 0.2 s.
    for (let left = more; left > 0 && refusal === undefined; left -= atOnce) {
      const done = await phase('containers', `${made} of ${dose} cgroups`, () => churn.make(Math.min(left, atOnce)));
      made += done.made;
      refusal = done.refusal;
    }
    return made - before;
  });
  return {
    version: cgroups.version,
    workload,
    made,
    ...(refusal !== undefined && { refusal }),
    series: recorder.series(),
    idle: idle.series(),
    kernelLog: await readKernelLog(machine),
  };
}

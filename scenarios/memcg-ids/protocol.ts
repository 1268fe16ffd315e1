import { applyDoses, readIdle } from '../../harness/dosing/doses.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { readKernelLog } from '../../harness/probes/kernel/kernel-log.ts';
import { isBefore } from '../../harness/core/version.ts';
import { kernelMemory } from '../../harness/probes/kernel/kernel-memory.ts';
import { memoryCgroups } from '../../harness/probes/kernel/memory-cgroups.ts';
import { slabCopies } from '../../harness/probes/kernel/slab-copies.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { openChurn } from '../../harness/workloads/memory-cgroups.ts';
import { doses, level } from './factors.ts';
import type { MemcgIdsObservations } from './observations.ts';

/**
 * The workload that keeps a removed cgroup in the kernel, on each kernel that was measured but 7.2. Before 4.5 page cache goes to the parent, and it is kernel memory that holds it:
 * on 3.10.0-514 one id for each cgroup that keeps files.
 */
export function workloadFor(release: string): 'page-cache' | 'files-kept' {
  return isBefore(release, '4.5') ? 'files-kept' : 'page-cache';
}

/** The protocol of memcg-ids. */
export async function observe(context: CellContext): Promise<MemcgIdsObservations> {
  const { cell, machine, phase } = context;
  const plan = doses[level(cell, 'dose')];
  const cgroups = await findCgroupRoot(machine);
  const workload = workloadFor(machine.description.kernel);
  const churn = await openChurn(machine, cgroups, workload, 'on');
  const probes = [kernelMemory, memoryCgroups, slabCopies];
  const target = { machine, cgroups };
  const idle = openRecorder(probes, target, 'cgroup');
  await phase('harness', { activity: 'reading-idle', subject: 'kernel' }, () => readIdle(context, idle, plan));
  const recorder = openRecorder(probes, target, 'cgroup');
  const atOnce = workload === 'files-kept' ? 200 : 1000;
  let made = 0;
  let refusal: string | undefined;
  await applyDoses(context, recorder, plan, 'cgroups', async (more, dose) => {
    const before = made;
    // In parts: each has a time limit of its own, and one that keeps files takes 0.2 s.
    for (let left = more; left > 0 && refusal === undefined; left -= atOnce) {
      const done = await phase('containers', { activity: 'applying-dose', dose, unit: 'cgroups', done: made }, () =>
        churn.make(Math.min(left, atOnce)),
      );
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

import { applyDoses, readIdle } from '../../harness/dosing/doses.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { readCgroupSlabs } from '../../harness/probes/kernel/cgroup-slabs.ts';
import { tryKmemAccounting } from '../../harness/probes/kernel/kmem-accounting.ts';
import { readKernelLog } from '../../harness/probes/kernel/kernel-log.ts';
import { readKmemleak } from '../../harness/probes/kernel/kmemleak.ts';
import { readSlabCaches, slabGrowth } from '../../harness/probes/kernel/slab-caches.ts';
import { readOutput } from '../../harness/probes/probe.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { cgroupsOf, isWritten } from '../../harness/workloads/cgroup-workloads.ts';
import { openChurn } from '../../harness/workloads/memory-cgroups.ts';
import { cgroupProbes, readGiveBack, settle } from '../common/give-back.ts';
import { type KmemSlabObservations } from './observations.ts';
import { level } from './factors.ts';

/** Cgroups of the last dose; a slow workload has a half or a fifth of them. */
export const cgroups = { usual: 300, least: 30 };

/** Cgroups that come and go before anything is read: the kernel's first slabs are not the workload's. */
const warmUp = 20;

/** Equal steps up to that. */
const steps = 5;

/** The protocol of kmem-slab. */
export async function observe(context: CellContext): Promise<KmemSlabObservations> {
  const { cell, machine, event, phase } = context;
  const workload = level(cell, 'workload');
  const kmem = level(cell, 'kmem');
  const step = Math.floor(cgroupsOf(workload, context.size('cgroups')) / steps);
  const doses = Array.from({ length: steps + 1 }, (_, index) => index * step);
  const root = await findCgroupRoot(machine);
  event({ code: 'cgroup-root', ...root });
  const accounting = await tryKmemAccounting(machine, root, kmem);
  event({ code: 'kmem-accounting', ...accounting });
  const churn = await openChurn(machine, root, workload, kmem);
  await phase('containers', { activity: 'warming-up', count: warmUp, unit: 'cgroups' }, () => churn.make(warmUp));
  const target = { machine, cgroups: root };
  // What the block layer has of a cgroup is freed by and by, when no processor can look at it any more.
  const calm = () => (isWritten(workload) ? settle(target) : undefined);
  await calm();
  const idle = openRecorder(cgroupProbes, target, 'cgroup');
  await phase('harness', { activity: 'reading-idle', subject: 'kernel' }, () => readIdle(context, idle, doses));
  const caches = await readSlabCaches(machine);
  const recorder = openRecorder(cgroupProbes, target, 'cgroup');
  let made = 0;
  let refusal: string | undefined;
  const readings = await applyDoses(context, recorder, doses, 'cgroups', async (more, dose) => {
    const done = await phase('containers', { activity: 'applying-dose', dose, unit: 'cgroups' }, () =>
      churn.make(more),
    );
    made += done.made;
    refusal = done.refusal;
    await calm();
    return done.made;
  });
  const growth = slabGrowth(caches, await readSlabCaches(machine));
  const leaked = await readKmemleak(machine);
  const back = await readGiveBack(context, root, readings, () => churn.letGo());
  // Last of all: on old kernels its cgroup leaves a copy of what it reads.
  const slabs = await readCgroupSlabs(machine, root, kmem);
  return {
    commandLine: (await readOutput({ machine }, 'the command line', ['cat', '/proc/cmdline'])).trim(),
    cgroups: root,
    accounting,
    series: recorder.series(),
    idle: idle.series(),
    warmUp,
    made,
    ...(refusal !== undefined && { refusal }),
    growth,
    back,
    cgroupSlabs: slabs,
    ...(leaked !== undefined && { kmemleak: leaked }),
    kernelLog: await readKernelLog(machine),
  };
}

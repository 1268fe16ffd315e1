import { importImage } from '../../harness/daemons/containers.ts';
import { applyDoses, readIdle } from '../../harness/dosing/doses.ts';
import { openRecorder } from '../../harness/dosing/recorder.ts';
import { readKernelLog } from '../../harness/probes/kernel/kernel-log.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';
import { findCgroupRoot } from '../../harness/workloads/cgroup-root.ts';
import { openContainerChurn } from '../../harness/workloads/containers.ts';
import { cgroupProbes, readGiveBack, settle } from '../common/give-back.ts';
import { startDaemonUnit } from '../common/unit.ts';
import type { ContainerChurnObservations } from './observations.ts';
import { level } from './factors.ts';

/**
 * Containers of the last dose. Few, as each takes an emulated CPU some 3 s, and read after each: a reading costs a tenth of that, and
 * eight make a line that is sure to be above one step of counting. With five, a leak of one cgroup each could not be distinguished from it.
 */
export const containers = { usual: 8, least: 6 };

/** Containers before anything is read: the first one brings the directories of docker's own cgroup. */
const warmUp = 1;

/** The protocol of container-churn. */
export async function observe(context: CellContext): Promise<ContainerChurnObservations> {
  const { cell, machine, event, phase } = context;
  const doses = Array.from({ length: context.size('containers') + 1 }, (_, index) => index);
  const daemon = await startDaemonUnit(context, { systemd: '252', mountFlags: 'unset', liveRestore: false });
  await phase('containers', { activity: 'importing-image' }, () => importImage(machine, daemon.engine));
  const cgroups = await findCgroupRoot(machine);
  event({ code: 'cgroup-root', ...cgroups });
  const churn = await openContainerChurn(machine, daemon.engine, cgroups, {
    workload: level(cell, 'workload'),
    limit: level(cell, 'limit'),
  });
  const accounting = await phase('containers', { activity: 'reading-container-cgroup' }, () => churn.accounting());
  event({ code: 'kmem-accounting', ...accounting });
  await phase('containers', { activity: 'warming-up', count: warmUp, unit: 'containers' }, () => churn.run(warmUp));
  const target = { machine, cgroups };
  await settle(target);
  const idle = openRecorder(cgroupProbes, target, 'container');
  await phase('harness', { activity: 'reading-idle', subject: 'kernel' }, () => readIdle(context, idle, doses));
  const recorder = openRecorder(cgroupProbes, target, 'container');
  const readings = await applyDoses(context, recorder, doses, 'containers', async (more, dose) => {
    await phase('containers', { activity: 'applying-dose', dose, unit: 'containers' }, () => churn.run(more));
    await settle(target);
  });
  const { kernel, kernelCommandLine } = machine.description;
  return {
    release: kernel,
    commandLine: kernelCommandLine,
    cgroups,
    accounting,
    series: recorder.series(),
    idle: idle.series(),
    back: await readGiveBack(context, cgroups, readings, () => churn.letGo()),
    kernelLog: await readKernelLog(machine),
  };
}

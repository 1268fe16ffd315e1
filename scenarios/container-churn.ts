import { z } from 'zod';
import { importImage } from '../harness/daemons/containers.ts';
import { applyDoses, readIdle } from '../harness/dosing/doses.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { levelOf } from '../harness/matrix/cell.ts';
import { kmemAccounting } from '../harness/probes/kernel/kmem-accounting.ts';
import { readKernelLog } from '../harness/probes/kernel/kernel-log.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { bootParameterAliases, bootParameters, parametersOf } from '../harness/workloads/boot-parameters.ts';
import { findCgroupRoot } from '../harness/workloads/cgroup-root.ts';
import {
  containerLimits,
  containerWorkloadOf,
  containerWorkloads,
  openContainerChurn,
} from '../harness/workloads/containers.ts';
import { judgeContainerChurn } from './container-churn-judge.ts';
import { cgroupProbes, giveBackRecord, readGiveBack, settle } from './give-back.ts';
import { startUnit } from './unit.ts';

/**
 * Containers of the last dose. Few, as each takes an emulated CPU some 3 s, and read after each: a reading costs a tenth of that, and
 * eight make a line that is sure to be above one step of counting. With five no leak of one cgroup each could be told from it.
 */
const containers = { usual: 8, least: 6 };

/** Containers before anything is read: the first one brings the directories of docker's own cgroup. */
const warmUp = 1;

const observations = z.strictObject({
  /** Of the kernel. */
  release: z.string(),
  commandLine: z.string(),
  cgroups: z.strictObject({ root: z.string(), version: z.union([z.literal(1), z.literal(2)]), memory: z.boolean() }),
  /** Of a container with the limit of the cell; absent in runs from before it was read. */
  accounting: kmemAccounting.optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  back: giveBackRecord,
  kernelLog: z.array(z.string()),
});
export type ContainerChurnObservations = z.infer<typeof observations>;

/** What containers that come and go leave in a kernel. */
export const containerChurn: Scenario<ContainerChurnObservations> = {
  name: 'container-churn',
  claim:
    'Each container that is run and removed leaves a dying memory cgroup in the kernel when something that was charged to it ' +
    'lives on, and on 3.10 copies of slab caches when runc has switched the accounting of kernel memory on; kernel, boot parameters, docker and limit decide whether.',
  references: ['opencontainers/runc#1725', 'opencontainers/runc#1350', 'moby/moby#29638'],
  needs: ['daemon', 'kernel'],
  machine: 'microvm',
  // One kernel: a cell takes an emulated CPU a minute, and with 6.1 beside it twelve took some nine.
  defaults: { daemon: ['20.10.24'], kernel: ['5.10'] },
  boot: (cell) => ({ parameters: parametersOf(levelOf(cell, 'bootParameters')) }),
  factors: [
    {
      name: 'bootParameters',
      levels: Object.keys(bootParameters),
      defaults: ['none', 'nokmem'],
      aliases: bootParameterAliases,
    },
    // memory: what limited containers have in production, and on old kernels the condition of the leak.
    { name: 'limit', levels: Object.keys(containerLimits), defaults: ['memory'] },
    { name: 'workload', levels: containerWorkloads },
  ],
  budget: { memoryBytes: 768 << 20, diskBytes: 256 << 20, seconds: 120 },
  sizes: { containers },
  observations,
  run: observe,
  judge: judgeContainerChurn,
};

async function observe(context: CellContext): Promise<ContainerChurnObservations> {
  const { cell, machine, event, phase } = context;
  const doses = Array.from({ length: context.size('containers') + 1 }, (_, index) => index);
  const daemon = await startUnit(context, { systemd: '252', mountFlags: 'unset', liveRestore: false });
  await phase('containers', 'importing the image', () => importImage(machine, daemon.engine));
  const cgroups = await findCgroupRoot(machine);
  event('cgroups', { ...cgroups });
  const churn = await openContainerChurn(machine, daemon.engine, cgroups, {
    workload: containerWorkloadOf(levelOf(cell, 'workload')),
    limit: levelOf(cell, 'limit'),
  });
  const accounting = await phase('containers', 'reading the cgroup of a container', () => churn.accounting());
  event('accounting', { ...accounting });
  await phase('containers', 'warming up', () => churn.run(warmUp));
  const target = { machine, cgroups };
  await settle(target);
  const idle = openRecorder(cgroupProbes, target, 'container');
  await phase('harness', 'reading the idle kernel', () => readIdle(context, idle, doses));
  const recorder = openRecorder(cgroupProbes, target, 'container');
  const readings = await applyDoses(context, recorder, doses, 'containers', async (more, dose) => {
    await phase('containers', `${dose} containers`, () => churn.run(more));
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

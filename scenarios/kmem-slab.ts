import { z } from 'zod';
import { isBefore } from '../harness/daemons/version.ts';
import { applyDoses, readIdle } from '../harness/dosing/doses.ts';
import { openRecorder } from '../harness/dosing/recorder.ts';
import { seriesRecord } from '../harness/judge/sample.ts';
import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import { cgroupSlabs, readCgroupSlabs } from '../harness/probes/kernel/cgroup-slabs.ts';
import { kmemAccounting, tryKmemAccounting } from '../harness/probes/kernel/kmem-accounting.ts';
import { readKernelLog } from '../harness/probes/kernel/kernel-log.ts';
import { readKmemleak } from '../harness/probes/kernel/kmemleak.ts';
import { readSlabCaches, slabCache, slabGrowth } from '../harness/probes/kernel/slab-caches.ts';
import { readOutput } from '../harness/probes/probe.ts';
import type { CellContext, Scenario } from '../harness/scenario.ts';
import { bootParameterAliases, bootParameters, parametersOf } from '../harness/workloads/boot-parameters.ts';
import { findCgroupRoot } from '../harness/workloads/cgroup-root.ts';
import {
  cgroupsOf,
  kmemLevels,
  kmemOf,
  openChurn,
  workloadOf,
  workloads,
} from '../harness/workloads/memory-cgroups.ts';
import { cgroupProbes, giveBackRecord, readGiveBack } from './give-back.ts';
import { judgeKmemSlab } from './kmem-slab-judge.ts';

/** Cgroups of the last dose; a slow workload has a half or a fifth of them. */
const cgroups = { usual: 300, least: 30 };

/** Equal steps up to that. */
const steps = 5;

/** Cgroups that come and go before anything is read: the kernel's first slabs are not the workload's. */
const warmUp = 20;

const observations = z.strictObject({
  commandLine: z.string(),
  cgroups: z.strictObject({ root: z.string(), version: z.union([z.literal(1), z.literal(2)]), memory: z.boolean() }),
  /** Whether kernel memory is charged to the cgroups; absent in runs from before it was read. */
  accounting: kmemAccounting.optional(),
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  /** Cgroups before the first reading. */
  warmUp: z.int().optional(),
  /** Cgroups that the kernel let us make after the warm-up, and its words when it made no more. */
  made: z.int(),
  refusal: z.string().optional(),
  growth: z.array(slabCache),
  back: giveBackRecord,
  cgroupSlabs,
  /** Unreferenced objects; absent for a kernel without kmemleak. */
  kmemleak: z.int().optional(),
  kernelLog: z.array(z.string()),
});
export type KmemSlabObservations = z.infer<typeof observations>;

/** What cgroups that come and go leave in a kernel, without docker. */
export const kmemSlab: Scenario<KmemSlabObservations> = {
  name: 'kmem-slab',
  claim:
    'A memory cgroup that is removed stays in the kernel for as long as something is charged to it, and on 3.10 its copies of slab caches for good; ' +
    'which boot parameter stops that depends on what it is, and on the kernel.',
  references: ['opencontainers/runc#1725', 'moby/moby#29638'],
  needs: ['kernel'],
  machine: 'microvm',
  boot: (cell) => ({
    parameters: parametersOf(levelOf(cell, 'bootParameters')),
    cgroupVersion: levelOf(cell, 'cgroups') === 'v2' ? 2 : 1,
  }),
  factors: [
    {
      name: 'bootParameters',
      levels: Object.keys(bootParameters),
      defaults: ['none', 'nokmem', 'disable-memory'],
      aliases: bootParameterAliases,
    },
    // usual: v1 where the kernel has its memory controller, else v2.
    { name: 'cgroups', levels: ['usual', 'v2'], defaults: ['usual'] },
    // on: a limit of kernel memory is set, as runc does; before 4.5 that switches its accounting on.
    { name: 'kmem', levels: kmemLevels, defaults: ['on'] },
    { name: 'workload', levels: workloads, defaults: workloads.filter((one) => one !== 'shell') },
  ],
  notApplicable,
  budget: { memoryBytes: 256 << 20, diskBytes: 0, seconds: 300 },
  sizes: { cgroups },
  observations,
  run: observe,
  judge: judgeKmemSlab,
};

/** cgroup v2, and kernel memory that is always accounted, came with the same version. */
const alwaysAccountedSince = '4.5';

function notApplicable(cell: Cell, release: string): string | undefined {
  const isOld = isBefore(release, alwaysAccountedSince);
  if (levelOf(cell, 'kmem') === 'off' && !isOld) {
    return `since ${alwaysAccountedSince} kernel memory is always accounted; bootParameters=nokmem switches that off`;
  }
  if (levelOf(cell, 'cgroups') === 'v2' && isOld) return `cgroup v2 came with ${alwaysAccountedSince}`;
  return undefined;
}

async function observe(context: CellContext): Promise<KmemSlabObservations> {
  const { cell, machine, event, phase } = context;
  const workload = workloadOf(levelOf(cell, 'workload'));
  const kmem = kmemOf(levelOf(cell, 'kmem'));
  const step = Math.floor(cgroupsOf(workload, context.size('cgroups')) / steps);
  const doses = Array.from({ length: steps + 1 }, (_, index) => index * step);
  const root = await findCgroupRoot(machine);
  event('cgroups', { ...root });
  const accounting = await tryKmemAccounting(machine, root, kmem);
  event('accounting', { ...accounting });
  const churn = await openChurn(machine, root, workload, kmem);
  await phase('containers', `${warmUp} cgroups to warm up`, () => churn.make(warmUp));
  const target = { machine, cgroups: root };
  const idle = openRecorder(cgroupProbes, target, 'cgroup');
  await phase('harness', 'reading the idle kernel', () => readIdle(context, idle, doses));
  const caches = await readSlabCaches(machine);
  const recorder = openRecorder(cgroupProbes, target, 'cgroup');
  let made = 0;
  let refusal: string | undefined;
  const readings = await applyDoses(context, recorder, doses, 'cgroups', async (more, dose) => {
    const done = await phase('containers', `${dose} cgroups`, () => churn.make(more));
    made += done.made;
    refusal = done.refusal;
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

import { cgroupCount } from '../../harness/evidence/cgroup-count.ts';
import { cgroupRoot } from '../../harness/evidence/cgroup-root.ts';
import { cgroupSlabs } from '../../harness/evidence/cgroup-slabs.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { giveBack } from '../../harness/evidence/give-back.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { kernelCommandLine } from '../../harness/evidence/kernel-command-line.ts';
import { kernelLog } from '../../harness/evidence/kernel-log.ts';
import { kmemAccounting } from '../../harness/evidence/kmem-accounting.ts';
import { kmemleakObjects } from '../../harness/evidence/kmemleak-objects.ts';
import { optional } from '../../harness/evidence/members.ts';
import { mkdirRefusal } from '../../harness/evidence/mkdir-refusal.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { slabGrowth } from '../../harness/evidence/slab-growth.ts';

/** Observations of a cell of kmem-slab, as they are stored. */
export const observations = defineObservations(
  {
    commandLine: kernelCommandLine,
    cgroups: cgroupRoot,
    /** Whether kernel memory is charged to the cgroups; absent in runs from before it was read. */
    accounting: optional(kmemAccounting),
    series: doseSeries,
    idle: idleSeries,
    /** Cgroups before the first reading. */
    warmUp: optional(cgroupCount),
    /** Cgroups that the kernel made after the warm-up, and its words when it made no more. */
    made: cgroupCount,
    refusal: optional(mkdirRefusal),
    growth: slabGrowth,
    back: giveBack,
    cgroupSlabs,
    /** Absent for a kernel without kmemleak. */
    kmemleak: optional(kmemleakObjects),
    kernelLog,
  },
  ['growth', 'back', 'accounting'],
);

export type KmemSlabObservations = ValueOfObservations<typeof observations>;

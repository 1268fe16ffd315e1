import { cgroupCount } from '../../harness/evidence/cgroup-count.ts';
import { cgroupVersion } from '../../harness/evidence/cgroup-version.ts';
import { cgroupWorkload } from '../../harness/evidence/cgroup-workload.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { kernelLog } from '../../harness/evidence/kernel-log.ts';
import { optional } from '../../harness/evidence/members.ts';
import { mkdirRefusal } from '../../harness/evidence/mkdir-refusal.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';

/** Observations of a cell of memcg-ids, as they are stored. */
export const observations = defineObservations(
  {
    version: cgroupVersion,
    /** page-cache in runs from before there was a choice. */
    workload: optional(cgroupWorkload),
    /** Cgroups that were made and removed, and the kernel's words when it made no more. */
    made: cgroupCount,
    refusal: optional(mkdirRefusal),
    series: doseSeries,
    idle: idleSeries,
    kernelLog,
  },
  ['made', 'refusal'],
);

export type MemcgIdsObservations = ValueOfObservations<typeof observations>;

import { cgroupRoot } from '../../harness/evidence/cgroup-root.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { giveBack } from '../../harness/evidence/give-back.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { kernelCommandLine } from '../../harness/evidence/kernel-command-line.ts';
import { kernelLog } from '../../harness/evidence/kernel-log.ts';
import { kernelRelease } from '../../harness/evidence/kernel-release.ts';
import { kmemAccounting } from '../../harness/evidence/kmem-accounting.ts';
import { optional } from '../../harness/evidence/members.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';

/** Observations of a cell of container-churn, as they are stored. */
export const observations = defineObservations(
  {
    release: kernelRelease,
    commandLine: kernelCommandLine,
    cgroups: cgroupRoot,
    /** Of a container with the limit of the cell; absent in runs from before it was read. */
    accounting: optional(kmemAccounting),
    series: doseSeries,
    idle: idleSeries,
    back: giveBack,
    kernelLog,
  },
  ['back', 'accounting'],
);

export type ContainerChurnObservations = ValueOfObservations<typeof observations>;

import { containerStarts } from '../../harness/evidence/container-starts.ts';
import { containerState } from '../../harness/evidence/container-state.ts';
import { kernelRelease } from '../../harness/evidence/kernel-release.ts';
import { mayDetachMounts } from '../../harness/evidence/may-detach-mounts.ts';
import { optional } from '../../harness/evidence/members.ts';
import { mountPoints } from '../../harness/evidence/mount-points.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { removalAnswer } from '../../harness/evidence/removal-answer.ts';
import { storageDriver } from '../../harness/evidence/storage-driver.ts';

/** Observations of a cell of mount-busy, as they are stored. */
export const observations = defineObservations(
  {
    release: kernelRelease,
    /** Absent where the kernel has no such switch. */
    mayDetachMounts: optional(mayDetachMounts),
    storageDriver,
    /** Of the running container. */
    copied: mountPoints,
    removal: removalAnswer,
    /** Absent when there is no container any more. */
    state: optional(containerState),
    /** Of those that were copied, the ones that are still in the other namespace. */
    left: mountPoints,
    /** Of cells whose containerd has a unit of its own. A container that does not start has no mounts to copy. */
    starts: optional(containerStarts),
  },
  ['starts', 'removal', 'copied'],
);

export type MountBusyObservations = ValueOfObservations<typeof observations>;

import { bundles } from '../../harness/evidence/bundles.ts';
import { cgroupCount } from '../../harness/evidence/cgroup-count.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';

/** Observations of a cell of diagnosis-kernel, as they are stored. */
export const observations = defineObservations({ made: cgroupCount, collections: bundles }, ['collections']);

export type DiagnosisKernelObservations = ValueOfObservations<typeof observations>;

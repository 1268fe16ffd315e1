import { bundles } from '../../harness/evidence/bundles.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';

/** Observations of a cell of diagnosis, as they are stored. */
export const observations = defineObservations({ collections: bundles }, ['collections']);

export type DiagnosisObservations = ValueOfObservations<typeof observations>;

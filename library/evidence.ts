/**
 * The kinds of evidence: the schema, the meaning and the units of each. `evidenceKinds` has them by their codes; `defineObservations` says which of them
 * the cells of a scenario store, and reads them back.
 */
export type { EvidenceKind } from '../harness/evidence/kind.ts';
export { optional, type Members, type Observed } from '../harness/evidence/members.ts';
export { defineObservations, type Observations, type ValueOfObservations } from '../harness/evidence/observations.ts';
export {
  evidenceKinds,
  isKindName,
  valuesOf,
  type Evidence,
  type KindName,
  type ValueOf,
} from '../harness/evidence/registry.ts';
export type { Series } from '../harness/evidence/series.ts';
export { readEvidenceIn, type ReadEvidence } from '../harness/evidence/read-evidence.ts';

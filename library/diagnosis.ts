/**
 * The rules of `diagnose`: each judges one known problem by the evidence of a host and by what the scenarios have measured, and is pure. `readBundle` and
 * `evidenceOf` read what the collector took; `diagnose` applies all rules.
 */
export { evidenceOf } from '../harness/diagnose/bundle/parse-bundle.ts';
export { readBundle } from '../harness/diagnose/bundle/read-bundle.ts';
export { diagnose, diagnosisRecord, type Diagnosis } from '../harness/diagnose/diagnose.ts';
export type { HostEvidence } from '../harness/diagnose/model/evidence.ts';
export type { Finding, FindingState, Problem, RemedyAdvice } from '../harness/diagnose/model/finding.ts';
export type { Knowledge } from '../harness/diagnose/model/knowledge.ts';
export type { Rule } from '../harness/diagnose/rules/rule.ts';
export { rules } from '../harness/diagnose/rules/rules.ts';
export { knowledge } from '../scenarios/common/diagnosis/knowledge.ts';

import type { Cell } from '../../harness/core/cell.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { affectedFact, diagnosesOf, findingChecks, namesFact } from '../common/diagnosis/judge-findings.ts';
import { truthOf } from './expected.ts';
import { level } from './factors.ts';
import type { DiagnosisObservations } from './observations.ts';

/** Judges a cell of diagnosis by its observations alone: the findings beside the truth that the cell was made with. */
export function judgeDiagnosis(cell: Cell, version: string, { collections }: DiagnosisObservations): Judgement {
  const truth = truthOf(level(cell, 'condition'), version);
  const diagnoses = diagnosesOf(collections);
  const checks = findingChecks(diagnoses, truth);
  return {
    observed: [affectedFact(diagnoses)],
    expected: [namesFact(truth.affected)],
    reason: truth.reason,
    reference: 'the cell was made so',
    checks,
    figures: [`${collections.length} collections`],
    // The bug would be a diagnosis that is wrong.
    bug: checks.every(({ asExpected }) => asExpected) ? 'absent' : 'present',
  };
}

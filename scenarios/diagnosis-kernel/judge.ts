import type { Cell } from '../../harness/core/cell.ts';
import { checkOf } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { affectedFact, diagnosesOf, findingChecks, namesFact } from '../common/diagnosis/judge-findings.ts';
import { truthOf } from './expected.ts';
import { level } from './factors.ts';
import type { DiagnosisKernelObservations } from './observations.ts';

/** Judges a cell of diagnosis-kernel by its observations alone: the findings beside what kmem-slab measured. */
export function judgeDiagnosisKernel(cell: Cell, release: string, seen: DiagnosisKernelObservations): Judgement {
  const truth = truthOf(cell, release);
  const diagnoses = diagnosesOf(seen.collections);
  const misspelt = diagnoses.some(({ findings }) =>
    findings.some(({ facts }) => facts.some(({ fact }) => fact === 'misspelt-parameter')),
  );
  const isAffected = truth !== undefined && truth.affected.length > 0;
  const checks = [
    ...(truth ? findingChecks(diagnoses, truth) : []),
    // Where nothing is wrong, no parameter is looked at.
    ...(level(cell, 'parameter') === 'misspelt' && isAffected
      ? [checkOf('misspelt-parameter-named', { kind: 'flag', is: misspelt }, { kind: 'flag', is: true })]
      : []),
  ];
  return {
    observed: [affectedFact(diagnoses)],
    ...(truth && { expected: [namesFact(truth.affected)] }),
    reason: truth?.reason ?? 'this kernel was not measured with this workload',
    reference: truth?.reference ?? 'none',
    checks,
    figures: [`${seen.made} cgroups made and removed, ${seen.collections.length} collections`],
    bug: !truth ? 'unknown' : checks.every(({ asExpected }) => asExpected) ? 'absent' : 'present',
  };
}

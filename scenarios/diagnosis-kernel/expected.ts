import type { Cell } from '../../harness/core/cell.ts';
import { expectationOf } from '../kmem-slab/expected.ts';
import type { Truth } from '../common/diagnosis/judge-findings.ts';
import { level } from './factors.ts';

/** The truth about a kernel after that workload, as kmem-slab measured it with the same one. Undefined where it was not measured. */
export function truthOf(cell: Cell, release: string): (Truth & { reason: string; reference: string }) | undefined {
  const parameter = level(cell, 'parameter');
  const { verdict, reason, reference } = expectationOf(release, {
    workload: level(cell, 'workload'),
    kmem: 'on',
    // What is misspelt has no effect.
    bootParameters: parameter === 'misspelt' ? 'none' : parameter,
  });
  if (verdict === undefined) return undefined;
  return { affected: verdict === 'leak' ? ['dying-cgroups'] : [], exposed: [], reason, reference };
}

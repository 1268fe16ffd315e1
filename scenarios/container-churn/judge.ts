import type { Cell } from '../../harness/core/cell.ts';
import { describeKmemAccounting } from '../../harness/figures/kmem-accounting.ts';
import type { KmemAccounting } from '../../harness/evidence/kmem-accounting.ts';
import { checkOf, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { codeValue, type Value } from '../../harness/judge/value.ts';
import {
  containerLimits,
  type ContainerLimit,
  type ContainerLimits,
} from '../../harness/workloads/container-limits.ts';
import { evidenceCheck, evidenceValue, isByBytes, kernelVerdictOn, weigh } from '../common/cgroup-evidence.ts';
import { churnExpectation, type ContainerExpectation } from './expected.ts';
import type { ContainerChurnObservations } from './observations.ts';
import { slopeFigure, summaryValue } from '../common/dose-response.ts';
import { dyingLines, heldByChecks, heldByFacts } from '../common/holding-controllers.ts';
import { giveBackLines } from '../common/give-back-lines.ts';
import { level } from './factors.ts';

/** The metrics, the deciding ones first (cgroup-evidence.ts). A dozen containers are few for bytes; bytes still decide when their interval is clear. */
const shown = ['dying-cgroups', 'slab-ids', 'slab-copies', 'unreclaimable', 'slab-unreclaimable', 'percpu'];

/** Judges a cell of container-churn by its observations alone. The kernel's release is in them: the version is the docker's. */
export function judgeContainerChurn(cell: Cell, docker: string, seen: ContainerChurnObservations): Judgement {
  const workload = level(cell, 'workload');
  const limit = level(cell, 'limit');
  const expected = churnExpectation(seen.release, {
    docker,
    workload,
    limit,
    bootParameters: level(cell, 'bootParameters'),
  });
  const verdicts = shown.flatMap((metric) => kernelVerdictOn(seen, metric) ?? []);
  const evidence = weigh(seen, 'sure growth');
  const heldBy = heldByFacts(seen, evidence.verdict, expected);
  const bytes = isByBytes(evidence) ? evidence.bytes : undefined;
  return {
    observed: [{ what: 'verdict', value: evidenceValue(evidence, bytes) }, ...heldBy.observed],
    ...(expected.verdict && {
      expected: [{ what: 'verdict', value: summaryValue(expected.verdict) }, ...heldBy.expected],
    }),
    reason: expected.reason,
    reference: expected.reference,
    checks: [
      evidenceCheck(evidence, expected.verdict),
      ...heldByChecks(seen, expected.heldBy),
      ...accountingChecks(seen.accounting, limit, expected),
    ],
    figures: [
      `${seen.release}, cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...(seen.accounting ? [`a container's ${describeKmemAccounting(seen.accounting)}`] : []),
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...(evidence.weighed === undefined ? [] : [evidence.weighed]),
      ...giveBackLines(seen.back),
      ...dyingLines(seen),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: evidence.verdict === 'leak' ? 'present' : evidence.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

/** The check whether the container had the limit that its cell is about, and its effect. Runs from before it was read have no such check. */
function accountingChecks(
  seen: KmemAccounting | undefined,
  limit: ContainerLimit,
  expected: ContainerExpectation,
): Check[] {
  if (!seen) return [];
  const evidence = [describeKmemAccounting(seen)];
  const { Memory: wanted }: ContainerLimits = containerLimits[limit];
  const limitValue = (bytes: number | undefined): Value => ({ kind: 'limit', ...(bytes !== undefined && { bytes }) });
  return [
    ...(seen.state === 'absent'
      ? []
      : [checkOf('memory-limit', limitValue(seen.memoryLimitBytes), limitValue(wanted), evidence)]),
    checkOf('kmem-accounting', codeValue(seen.state), expected.accounting && codeValue(expected.accounting), evidence),
  ];
}

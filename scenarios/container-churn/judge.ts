import type { Cell } from '../../harness/core/cell.ts';
import { describeKmemAccounting, type KmemAccounting } from '../../harness/probes/kernel/kmem-accounting.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import { containerLimits, type ContainerLimit, type ContainerLimits } from '../../harness/workloads/containers.ts';
import {
  countWords,
  evidenceCheck,
  isByBytes,
  kernelVerdictOn,
  weigh,
  type Evidence,
} from '../common/cgroup-evidence.ts';
import { churnExpectation, type ContainerExpectation } from './expected.ts';
import type { ContainerChurnObservations } from './observations.ts';
import { checkOf, slopeFigure } from '../common/dose-response.ts';
import { giveBackLines } from '../common/give-back.ts';
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
  return {
    observed: `${evidence.verdict}: ${countWords(evidence, 2)}${bytesWords(evidence)} each`,
    expected: expected.verdict ?? 'not known yet',
    reason: expected.reason,
    reference: expected.reference,
    checks: [evidenceCheck(evidence, expected.verdict), ...accountingChecks(seen.accounting, limit, expected)],
    figures: [
      `${seen.release}, cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...(seen.accounting ? [`a container's ${describeKmemAccounting(seen.accounting)}`] : []),
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...(evidence.weighed === undefined ? [] : [evidence.weighed]),
      ...giveBackLines(seen.back),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: evidence.verdict === 'leak' ? 'present' : evidence.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

/** The bytes, where it is they that accuse. */
function bytesWords(evidence: Evidence): string {
  const { bytes } = evidence;
  return isByBytes(evidence) && bytes ? `, ${Math.round(bytes.slope).toLocaleString('en')} B` : '';
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
  const words = (bytes: number | undefined) => (bytes === undefined ? 'none' : `${Math.round(bytes / 2 ** 20)} MiB`);
  return [
    ...(seen.state === 'absent'
      ? []
      : [checkOf('limit of memory', words(seen.memoryLimitBytes), words(wanted), evidence)]),
    checkOf('kernel memory accounting', seen.state, expected.accounting, evidence),
  ];
}

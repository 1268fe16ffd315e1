import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import type { Check, Judgement } from '../harness/scenario.ts';
import { workloadOf } from '../harness/workloads/memory-cgroups.ts';
import { churnExpectation } from './container-churn-expected.ts';
import type { ContainerChurnObservations } from './container-churn.ts';
import { slopeCheck, slopeFigure, verdictOn } from './dose-response.ts';
import { giveBackLines } from './give-back.ts';

/** What decides: cgroups are counted one by one. A dozen containers are too few for bytes, which are shown. */
const deciding = 'dying-cgroups';
const shown = [deciding, 'unreclaimable', 'slab-unreclaimable', 'percpu'];

/** Judges a cell of container-churn by its observations alone. The kernel's release is in them: the version is the docker's. */
export function judgeContainerChurn(cell: Cell, _version: string, seen: ContainerChurnObservations): Judgement {
  const workload = workloadOf(levelOf(cell, 'workload'));
  const expected = churnExpectation(seen.release, workload, levelOf(cell, 'bootParameters'));
  const verdicts = shown.flatMap((metric) => verdictOn(seen, metric) ?? []);
  const decided = verdicts.find(({ metric }) => metric === deciding);
  const checks: Check[] = decided ? [slopeCheck(decided, expected.verdict)] : [];
  return {
    observed: `${decided?.verdict ?? 'nothing read'}: ${decided?.slope.toFixed(2) ?? '?'} cgroups each`,
    expected: expected.verdict ?? 'not known yet',
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      `${seen.release}, cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...giveBackLines(seen.back),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: decided?.verdict === 'leak' ? 'present' : decided?.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

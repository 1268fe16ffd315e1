import type { Cell } from '../../harness/core/cell.ts';
import { checkOf, countCheck, type Check } from '../../harness/judge/check.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import { describeCgroupSlabs } from '../../harness/figures/cgroup-slabs.ts';
import { describeKmemAccounting } from '../../harness/figures/kmem-accounting.ts';
import type { Workload } from '../../harness/workloads/cgroup-workloads.ts';
import { evidenceCheck, evidenceValue, kernelVerdictOn, weigh, type Weighing } from '../common/cgroup-evidence.ts';
import { lastDose, slopeFigure, summaryValue } from '../common/dose-response.ts';
import { dyingLines, heldByChecks, heldByFacts } from '../common/holding-controllers.ts';
import { giveBackLines } from '../common/give-back-lines.ts';
import { codeValue } from '../../harness/judge/value.ts';
import { expectationOf, type CgroupExpectation } from './expected.ts';
import type { KmemSlabObservations } from './observations.ts';
import { level } from './factors.ts';

/** The metrics, the deciding ones first (cgroup-evidence.ts). */
const shown = [
  'dying-cgroups',
  'slab-ids',
  'slab-copies',
  'unreclaimable',
  'slab-unreclaimable',
  'slab-reclaimable',
  'percpu',
  'kernel-stack',
  'page-tables',
];

/** Slab caches that are named. */
const cachesShown = 5;

/** Judges a cell of kmem-slab by its observations alone. */
export function judgeKmemSlab(cell: Cell, release: string, seen: KmemSlabObservations): Judgement {
  const workload = level(cell, 'workload');
  const kmem = level(cell, 'kmem');
  const expected = expectationOf(release, {
    workload,
    kmem,
    bootParameters: level(cell, 'bootParameters'),
    cgroups: level(cell, 'cgroups'),
  });
  const verdicts = shown.flatMap((metric) => kernelVerdictOn(seen, metric) ?? []);
  const evidence = weigh(seen, weighingOf(workload));
  const heldBy = heldByFacts(seen, evidence.verdict, expected);
  const bytes = verdicts.find(({ metric }) => metric === 'unreclaimable');
  // The idle kernel was read at every dose that was meant; a kernel that refuses is read no further.
  const asked = lastDose({ ...seen, series: seen.idle });
  const checks: Check[] = [
    countCheck('cgroups-made', seen.made, asked, 'cgroups', seen.refusal === undefined ? [] : [seen.refusal]),
    evidenceCheck(evidence, expected.verdict),
    ...heldByChecks(seen, expected.heldBy),
    ...dropCachesCheck(seen, expected),
  ];
  return {
    observed: [{ what: 'verdict', value: evidenceValue(evidence, bytes) }, ...heldBy.observed],
    ...(expected.verdict && {
      expected: [{ what: 'verdict', value: summaryValue(expected.verdict) }, ...heldBy.expected],
    }),
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      `cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...(seen.accounting ? [describeKmemAccounting(seen.accounting)] : []),
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...(evidence.weighed === undefined ? [] : [evidence.weighed]),
      ...giveBackLines(seen.back),
      ...dyingLines(seen),
      ...cacheLines(seen),
      describeCgroupSlabs(seen.cgroupSlabs),
      seen.kmemleak === undefined ? 'kmemleak: not in this kernel' : `kmemleak: ${seen.kmemleak} unreferenced objects`,
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: evidence.verdict === 'leak' ? 'present' : evidence.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

/** The two answers that people get from "just drop the caches". Asked where it is known what is held. */
function dropCachesCheck({ back }: KmemSlabObservations, { dropCaches: expected }: CgroupExpectation): Check[] {
  if (expected === undefined) return [];
  const held = back.peak['dying-cgroups'] - back.before['dying-cgroups'];
  const left = back.afterDropCaches['dying-cgroups'] - back.before['dying-cgroups'];
  const observed = left < held / 2 ? 'gives-back' : 'gives-nothing-back';
  return [checkOf('drop-caches', codeValue(observed), codeValue(expected), giveBackLines(back))];
}

/** Sixty files are more than a page themselves. */
function weighingOf(workload: Workload): Weighing {
  return workload === 'files-kept' ? 'after removal' : 'growth';
}

function cacheLines({ growth }: KmemSlabObservations): string[] {
  const rows = growth.slice(0, cachesShown).map(({ name, copies, dangling = 0, bytes }) => {
    const copied = copies > 0 ? `, ${copies} more copies of it` : '';
    const gone = dangling > 0 ? `, ${dangling} more links to copies that are gone` : '';
    return `  ${name} ${bytes.toLocaleString('en')} B${copied}${gone}`;
  });
  return rows.length > 0 ? ['slab caches that have grown most:', ...rows] : [];
}

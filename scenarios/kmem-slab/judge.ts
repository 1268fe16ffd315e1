import type { Cell } from '../../harness/core/cell.ts';
import type { Check, Judgement } from '../../harness/judge/judgement.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { describeCgroupSlabs } from '../../harness/probes/kernel/cgroup-slabs.ts';
import { describeKmemAccounting } from '../../harness/probes/kernel/kmem-accounting.ts';
import { type Workload } from '../../harness/workloads/memory-cgroups.ts';
import { countWords, evidenceCheck, kernelVerdictOn, weigh, type Weighing } from '../common/cgroup-evidence.ts';
import { checkOf, lastDose, slopeFigure } from '../common/dose-response.ts';
import { giveBackLines } from '../common/give-back.ts';
import { expectationOf } from './expected.ts';
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
  const expected = expectationOf(release, { workload, kmem, bootParameters: level(cell, 'bootParameters') });
  const verdicts = shown.flatMap((metric) => kernelVerdictOn(seen, metric) ?? []);
  const evidence = weigh(seen, weighingOf(workload));
  const bytes = verdicts.find(({ metric }) => metric === 'unreclaimable');
  // The idle kernel was read at every dose that was meant; a kernel that refuses is read no further.
  const asked = lastDose({ ...seen, series: seen.idle });
  const checks: Check[] = [
    checkOf('cgroups made', `${seen.made}`, `${asked}`, seen.refusal === undefined ? [] : [seen.refusal]),
    evidenceCheck(evidence, expected.verdict),
  ];
  const observed = `${evidence.verdict}: ${countWords(evidence, 3)}`;
  return {
    observed: `${observed}, ${bytes ? `${Math.round(bytes.slope).toLocaleString('en')} ± ${halfWidth(bytes)} B each` : '? B'}`,
    expected: expected.verdict ?? 'not known yet',
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      `cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...(seen.accounting ? [describeKmemAccounting(seen.accounting)] : []),
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...(evidence.weighed === undefined ? [] : [evidence.weighed]),
      ...giveBackLines(seen.back),
      ...cacheLines(seen),
      describeCgroupSlabs(seen.cgroupSlabs),
      seen.kmemleak === undefined ? 'kmemleak: not in this kernel' : `kmemleak: ${seen.kmemleak} unreferenced objects`,
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: evidence.verdict === 'leak' ? 'present' : evidence.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

/** Sixty files are more than a page themselves. */
function weighingOf(workload: Workload): Weighing {
  return workload === 'files-kept' ? 'after removal' : 'growth';
}

function halfWidth({ interval }: SlopeVerdict): string {
  return Math.round((interval.high - interval.low) / 2).toLocaleString('en');
}

function cacheLines({ growth }: KmemSlabObservations): string[] {
  const rows = growth.slice(0, cachesShown).map(({ name, copies, dangling = 0, bytes }) => {
    const copied = copies > 0 ? `, ${copies} more copies of it` : '';
    const gone = dangling > 0 ? `, ${dangling} more links to copies that are gone` : '';
    return `  ${name} ${bytes.toLocaleString('en')} B${copied}${gone}`;
  });
  return rows.length > 0 ? ['slab caches that have grown most:', ...rows] : [];
}

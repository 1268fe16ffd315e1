import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import type { Check, Judgement } from '../harness/scenario.ts';
import type { SlopeVerdict } from '../harness/judge/verdict-record.ts';
import { describeCgroupSlabs } from '../harness/probes/kernel/cgroup-slabs.ts';
import { workloadOf } from '../harness/workloads/memory-cgroups.ts';
import { checkOf, lastDose, slopeCheck, slopeFigure, verdictOn } from './dose-response.ts';
import { giveBackLines } from './give-back.ts';
import { expectationOf } from './kmem-slab-expected.ts';
import type { KmemSlabObservations } from './kmem-slab.ts';

/** What decides: cgroups are counted one by one. Bytes come in slabs and chunks, and are shown with their interval. */
const deciding = 'dying-cgroups';
const shown = [
  deciding,
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
  const workload = workloadOf(levelOf(cell, 'workload'));
  const expected = expectationOf(release, workload, levelOf(cell, 'bootParameters'));
  const verdicts = shown.flatMap((metric) => verdictOn(seen, metric) ?? []);
  const decided = verdicts.find(({ metric }) => metric === deciding);
  const bytes = verdicts.find(({ metric }) => metric === 'unreclaimable');
  // The idle kernel was read at every dose that was meant; a kernel that refuses is read no further.
  const asked = lastDose({ ...seen, series: seen.idle });
  const checks: Check[] = [
    checkOf('cgroups made', `${seen.made}`, `${asked}`, seen.refusal === undefined ? [] : [seen.refusal]),
    ...(decided ? [slopeCheck(decided, expected.verdict)] : []),
  ];
  const observed = `${decided?.verdict ?? 'nothing read'}: ${decided?.slope.toFixed(3) ?? '?'} cgroups`;
  return {
    observed: `${observed}, ${bytes ? `${Math.round(bytes.slope).toLocaleString('en')} ± ${halfWidth(bytes)} B each` : '? B'}`,
    expected: expected.verdict ?? 'not known yet',
    reason: expected.reason,
    reference: expected.reference,
    checks,
    figures: [
      `cgroup v${seen.cgroups.version}${seen.cgroups.memory ? '' : ', without the memory controller'}; ${seen.commandLine}`,
      ...verdicts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...giveBackLines(seen.back),
      ...cacheLines(seen),
      describeCgroupSlabs(seen.cgroupSlabs),
      seen.kmemleak === undefined ? 'kmemleak: not in this kernel' : `kmemleak: ${seen.kmemleak} unreferenced objects`,
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    slopes: verdicts.map(slopeFigure),
    bug: decided?.verdict === 'leak' ? 'present' : decided?.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

function halfWidth({ interval }: SlopeVerdict): string {
  return Math.round((interval.high - interval.low) / 2).toLocaleString('en');
}

function cacheLines({ growth }: KmemSlabObservations): string[] {
  const rows = growth.slice(0, cachesShown).map(({ name, copies, bytes }) => {
    const copied = copies > 0 ? `, ${copies} more copies of it` : '';
    return `  ${name} ${bytes.toLocaleString('en')} B${copied}`;
  });
  return rows.length > 0 ? ['slab caches that have grown most:', ...rows] : [];
}

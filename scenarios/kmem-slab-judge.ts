import { levelOf, type Cell } from '../harness/matrix/cell.ts';
import type { Check, Judgement } from '../harness/scenario.ts';
import type { SlopeVerdict } from '../harness/judge/verdict-record.ts';
import { workloadOf } from '../harness/workloads/memory-cgroups.ts';
import { checkOf, lastDose, slopeCheck, verdictOn } from './dose-response.ts';
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
  const checks: Check[] = [
    checkOf('cgroups made', `${seen.made}`, `${lastDose(seen)}`, seen.refusal === undefined ? [] : [seen.refusal]),
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
      ...backLines(seen),
      ...cacheLines(seen),
      ...seen.kernelLog.map((line) => `kernel: ${line}`),
    ],
    bug: decided?.verdict === 'leak' ? 'present' : decided?.verdict === 'no-leak' ? 'absent' : 'unknown',
  };
}

function halfWidth({ interval }: SlopeVerdict): string {
  return Math.round((interval.high - interval.low) / 2).toLocaleString('en');
}

/** What came back, and by what. */
function backLines({ back }: KmemSlabObservations): string[] {
  const { peak, afterDropCaches, afterLettingGo } = back;
  const part = (metric: keyof typeof peak, after: typeof peak) => {
    const held = peak[metric] - back.before[metric];
    // What the warm-up left goes with the rest: more than all of it is all of it.
    return held <= 0
      ? 'nothing to give back'
      : `${Math.round(100 * Math.min(1, (peak[metric] - after[metric]) / held))} %`;
  };
  if (peak['dying-cgroups'] - back.before['dying-cgroups'] <= 0) return [];
  const line = (what: string, after: typeof peak) =>
    `${what} gives back ${part('dying-cgroups', after)} of the cgroups, ${part('unreclaimable', after)} of the bytes`;
  return [line('drop_caches', afterDropCaches), line('removing the holders', afterLettingGo)];
}

function cacheLines({ growth }: KmemSlabObservations): string[] {
  const rows = growth.slice(0, cachesShown).map(({ name, copies, bytes }) => {
    const copied = copies > 0 ? `, ${copies} more copies of it` : '';
    return `  ${name} ${bytes.toLocaleString('en')} B${copied}`;
  });
  return rows.length > 0 ? ['slab caches that have grown most:', ...rows] : [];
}

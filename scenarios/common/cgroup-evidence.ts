import { kernelMemoryMetrics, slabCopyMetrics } from '../../harness/probes/kernel/metrics.ts';
import type { Series } from '../../harness/evidence/series.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';
import { verdictCheck, type Check } from '../../harness/judge/check.ts';
import type { Value } from '../../harness/judge/value.ts';
import { lastDose, verdictOn, type Dosed } from './dose-response.ts';
import type { GiveBack } from '../../harness/evidence/give-back.ts';

/**
 * The metrics that are counted one by one, the most conclusive first: dying cgroups, which a kernel counts as long as their css lives; where it copies slab caches for
 * cgroups (before 5.9), the ids in the names of copies, and the copies. On 3.10 kernel memory holds the cgroup but not its css: every removed
 * cgroup of 3.10.0-514 left 73 to 138 KB, and none was dying. So each of them may accuse.
 */
const counted = ['dying-cgroups', 'slab-ids', 'slab-copies'] as const;

/** Bytes that may accuse as well; Percpu is not among them, as it comes back only in part. */
const weighed = 'slab-unreclaimable';

/**
 * Bytes for each removed cgroup up to which there is no accusation: a page, the least that a slab takes. Without a leak up to 1.2 KB were measured on
 * 3.10.0-514, and up to 2 KB where a pipe is left behind.
 */
const least = 4096;

/** Part of what grew that a kernel may keep for reuse in empty slabs: 2 % on 5.10 to 13 % on 7.2 were measured, and 99 % with the leak of 3.10.0-514. */
const keptForReuse = 0.25;

/** Metrics that not every kernel has: a run from before they were left out says that each reading is missing. */
const optional = new Set(
  [...kernelMemoryMetrics, ...slabCopyMetrics].filter((one) => one.optional).map(({ metric }) => metric),
);

/** The conclusion from all series of a cell about the remains of removed cgroups. */
export interface Evidence {
  verdict: SlopeVerdict['verdict'];
  /** Of the count that accuses, else of the first that the kernel has. */
  count: SlopeVerdict | undefined;
  bytes: SlopeVerdict | undefined;
  /** The result of each metric that takes part in the verdict. */
  reasons: string[];
  /** That of the bytes among them, where they have a say. */
  weighed: string | undefined;
}

/** Where the bytes are looked at that may accuse. */
export type Weighing =
  /** As they grow with the cgroups: not to know whether that is more than a page each is not to know. */
  | 'growth'
  /** As they grow with a dozen of containers, which are too few to acquit by: only when that is sure. */
  | 'sure growth'
  /** The remainder after everything left behind on purpose is removed, as that is more than a page itself. */
  | 'after removal';

/** Series, and what gives back what they hold. */
type Weighed = Dosed & {
  back: GiveBack;
  /** Units of work before the first reading, whose rest is removed with all others. */
  warmUp?: number | undefined;
};

/** The verdict on a metric; undefined when the kernel does not have it. */
export function kernelVerdictOn(seen: Dosed, metric: string): SlopeVerdict | undefined {
  const never = ({ points }: Series) => points.every((point) => 'missing' in point);
  const all = [...seen.series, ...seen.idle].filter((one) => one.metric === metric);
  if (optional.has(metric) && all.every(never)) return undefined;
  return verdictOn(seen, metric);
}

/**
 * Weighs all that may accuse: one that does is enough. To acquit, dying cgroups and ids both have to; each copy has an id in its name, and one on its way
 * to be freed decides nothing.
 */
export function weigh(seen: Weighed, weighing: Weighing): Evidence {
  const counts = counted.flatMap((metric) => kernelVerdictOn(seen, metric) ?? []);
  const bytes = kernelVerdictOn(seen, weighed);
  const byBytes = weighing === 'after removal' ? remainder(seen, bytes) : growth(bytes, weighing);
  const accusing = counts.find(({ verdict }) => verdict === 'leak');
  const acquitting = counts.filter(({ metric }) => metric !== 'slab-copies');
  const isOpen = [...acquitting, ...(byBytes ? [byBytes] : [])].some(({ verdict }) => verdict === 'inconclusive');
  const leaks = accusing !== undefined || byBytes?.verdict === 'leak';
  return {
    verdict: leaks ? 'leak' : isOpen || counts.length === 0 ? 'inconclusive' : 'no-leak',
    count: accusing ?? counts[0],
    bytes,
    reasons: [
      ...counts.map(({ metric, verdict, reasons }) => `${metric}: ${verdict}. ${reasons[0] ?? ''}`),
      ...(byBytes ? [byBytes.reason] : []),
    ],
    weighed: byBytes?.reason,
  };
}

interface ByBytes {
  verdict: SlopeVerdict['verdict'];
  reason: string;
}

/** Bytes accuse when they surely grow by more than a page each. */
function growth(bytes: SlopeVerdict | undefined, weighing: Weighing): ByBytes | undefined {
  if (!bytes || bytes.verdict === 'no-leak') return undefined;
  const { low, high } = bytes.interval;
  const words = `${weighed}: grows by ${round(low)} to ${round(high)} B each, a page is ${round(least)} B`;
  if (bytes.verdict === 'leak' && low > least) return { verdict: 'leak', reason: `${words}: leak` };
  // Slabs that come once make some kilobytes each of 60 cgroups, and an interval that has room for none.
  const isOpen = weighing === 'growth' && bytes.slope > least && low > 0;
  return isOpen ? { verdict: 'inconclusive', reason: `${words}: inconclusive` } : undefined;
}

/** The amount that each cgroup still holds after its payload is removed: its growth, less the amount released of it and of the warm-up. */
function remainder({ back, warmUp = 0, ...seen }: Weighed, bytes: SlopeVerdict | undefined): ByBytes | undefined {
  const [peak, after] = [back.peak[weighed], back.afterLettingGo[weighed]];
  if (!bytes || peak === undefined || after === undefined) return undefined;
  const each = bytes.slope - (peak - after) / (lastDose(seen) + warmUp);
  const words = `${weighed}: of ${round(bytes.slope)} B each ${round(each)} B stay when all that was left is removed`;
  return each > least && each > bytes.slope * keptForReuse
    ? { verdict: 'leak', reason: `${words}: leak` }
    : { verdict: 'no-leak', reason: `${words}: no-leak` };
}

function round(bytes: number): string {
  return Math.round(bytes).toLocaleString('en');
}

/** The check of a verdict; one that the samples do not decide is no surprise and no pass. */
export function evidenceCheck({ verdict, reasons }: Evidence, expected: SlopeVerdict['verdict'] | undefined): Check {
  return verdictCheck('removed-cgroups', verdict, expected, reasons);
}

/** The verdict for the line of a cell, with the slope of the count that accuses, and that of the bytes where they are told. */
export function evidenceValue({ verdict, count }: Evidence, bytes: SlopeVerdict | undefined): Value {
  const slopes = [
    ...(count ? [slopeOf(count)] : []),
    ...(bytes ? [{ ...slopeOf(bytes), margin: (bytes.interval.high - bytes.interval.low) / 2 }] : []),
  ];
  return { kind: 'verdict', verdict, slopes };
}

function slopeOf({ metric, unit, per, slope }: SlopeVerdict) {
  return { metric, unit, per, slope };
}

/** Whether bytes alone indicate a leak. */
export function isByBytes({ verdict, count }: Evidence): boolean {
  return verdict === 'leak' && count?.verdict !== 'leak';
}

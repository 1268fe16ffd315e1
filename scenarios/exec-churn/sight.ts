import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';

/**
 * Bytes per exec: the least that reports of leaks in a shim speak of. containerd issue 13561 and ttrpc PR 241 have 10 to 50 bytes on several
 * hosts, 96 MB after two million execs.
 */
const leastReported = 10;

/**
 * A verdict on memory that acquits only where the run could have seen what is reported. One that could not is inconclusive, with
 * the smallest leak that it would have seen as its reason. An accusation stays.
 */
export function asFarAsSeen(verdict: SlopeVerdict): SlopeVerdict {
  if (verdict.verdict !== 'no-leak' || verdict.detectionLimit <= leastReported) return verdict;
  const { detectionLimit, metric, per, reasons } = verdict;
  const seen = Math.ceil(detectionLimit).toLocaleString('en');
  const reason = `at least ${seen} bytes per ${per} would have been seen in ${metric}, and reports speak of ${leastReported} to 50: a larger dose is needed to acquit`;
  return { ...verdict, verdict: 'inconclusive', reasons: [reason, ...reasons] };
}

import type { SoakRecord, SoakSample } from '../../harness/evidence/soak-record.ts';

/** Share of a budget from which on a soak ends: what is left has to do for the last readings, and for the end of the daemon. */
const enough = 0.8;

/** What a soak may use. */
export interface SoakLimits {
  /** Of the whole cell. */
  memoryBytes: number;
  /** Open files of dockerd. */
  descriptors: number;
}

/** The processes whose memory counts, by their metrics. */
const resident = ['rss', 'containerd-rss', 'shim-rss'];

/**
 * Why a soak has to end after a sample; `time` when it may go on as long as it should.
 *
 * @param clientBytes resident in the client, which is in the same cell
 */
export function endAfter(
  { values }: Pick<SoakSample, 'values'>,
  clientBytes: number,
  { memoryBytes, descriptors }: SoakLimits,
): SoakRecord['end'] {
  if ((values['fds'] ?? 0) > enough * descriptors) return 'descriptors';
  const bytes = resident.reduce((sum, metric) => sum + (values[metric] ?? 0), clientBytes);
  return bytes > enough * memoryBytes ? 'memory' : 'time';
}

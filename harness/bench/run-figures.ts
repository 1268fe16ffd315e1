import type { Share } from '../core/outcome.ts';
import type { StoredRun } from '../store/read-run.ts';

/** The speed of a run, from its files alone. Times in seconds. */
export interface RunFigures {
  wall: number;
  slowest: number;
  /** The number of rounds of cells: `ceil(cells / jobs)`. */
  waves: number;
  /** `wall` in units of `slowest × waves`: below 1 when places were never idle. */
  ratio: number;
  /** Parts of the cells' time, from 0 to 1. */
  shares: Record<Share, number>;
  /** The part in which a cell waits for dockerd's own ticks, starts and stops. */
  subject: number;
  harnessPeakBytes: number;
}

/** Works out the figures of a finished run. */
export function measureRun({ run, cells }: StoredRun): RunFigures {
  const verdicts = cells.flatMap(({ verdict }) => (verdict ? [verdict] : []));
  const wall = (Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt)) / 1000;
  const slowest = Math.max(0, ...verdicts.map(({ seconds }) => seconds));
  const total = verdicts.reduce((sum, { seconds }) => sum + seconds, 0);
  const waves = Math.ceil(cells.length / run.jobs);
  const part = (share: Share) => verdicts.reduce((sum, verdict) => sum + (verdict.shares[share] ?? 0), 0) / total;
  const parts: Record<Share, number> = {
    'dockerd ticks': part('dockerd ticks'),
    'dockerd starts and stops': part('dockerd starts and stops'),
    containers: part('containers'),
    harness: part('harness'),
  };
  return {
    wall,
    slowest,
    waves,
    ratio: wall / (slowest * waves),
    shares: parts,
    subject: parts['dockerd ticks'] + parts['dockerd starts and stops'],
    harnessPeakBytes: run.harnessPeakBytes ?? 0,
  };
}

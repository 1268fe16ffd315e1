import { accusing, acquitting } from './confidence.ts';
import { centre, type Line } from './least-squares.ts';
import type { Reading } from './sample.ts';
import { tQuantile } from './student-t.ts';
import type { Threshold } from './threshold.ts';

/** Doses by which an interval that lies across the threshold is expected to leave it. */
export interface MoreDoses {
  readings: number;
  /** The highest dose among them, in units of work since the first dose. */
  upTo: number;
}

/** A plan that needs more than this is a plan for another experiment: six times nine readings is a night. */
const mostReadings = 64;

/**
 * The continuation of the plan of doses that is needed, by steps like its last one and with the noise of the run so far, until
 * a slope like this one is on one side of the threshold with its whole interval. The threshold narrows on the way as
 * the idle cell is read longer, too. Undefined when no continuation of up to 64 readings does it.
 */
export function moreDoses(readings: readonly Reading[], line: Line, threshold: Threshold): MoreDoses | undefined {
  const doses = readings.map(({ dose }) => dose);
  const first = Math.min(...doses);
  const last = Math.max(...doses);
  const step = last - Math.max(...doses.filter((dose) => dose < last));
  for (let more = 1; more <= mostReadings; more++) {
    const added = Array.from({ length: more }, (_, index) => ({ dose: last + step * (index + 1), value: 0 }));
    const { lever } = centre([...readings, ...added]);
    const upTo = last + step * more;
    const limit =
      (threshold.granularity * (last - first)) / (upTo - first) +
      threshold.noise * Math.sqrt(line.lever / lever) +
      threshold.drift;
    const error = (confidence: number) => (tQuantile(confidence, line.degrees + more) * line.noise) / Math.sqrt(lever);
    if (line.slope - error(accusing) > limit || line.slope + error(acquitting) < limit) return { readings: more, upTo };
  }
  return undefined;
}

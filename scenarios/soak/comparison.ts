import type { TimedSlope } from '../../harness/judge/autocorrelated-slope.ts';
import type { SlopeVerdict } from '../../harness/judge/verdict-record.ts';

/** The slope of a soak beside that of the dose before it. */
export interface Comparison {
  /** `agrees`: their intervals meet, or they are one step of the metric apart. */
  result: 'agrees' | 'differs';
  line: string;
}

/**
 * Why the two may differ for a metric, where that is known. The kernel counts pages, and Go gives them back late; a dose forces
 * collections, and a soak none.
 */
const pages = 'pages come back late, and another process that maps the same files changes PSS';
const causes: Readonly<Record<string, string>> = {
  'heap-alloc': 'the dose forces a collection before each reading, and in the soak dockerd collects as it likes',
  'containerd-heap-alloc':
    'the dose forces a collection before each reading, and in the soak containerd collects as it likes',
  'containerd-anonymous': pages,
  'containerd-pss': pages,
  'shim-anonymous': pages,
  'shim-pss': pages,
  stacks: 'stacks of goroutines that have ended are kept for the next ones until a collection',
  rss: 'a burst needs a larger heap at once than calls that come one after the other, and Go gives memory back late',
};

/**
 * Compares the slopes per call.
 *
 * @param step the smallest slope that the soak can tell from none, in the unit per call
 */
export function compareWithDose(dose: SlopeVerdict, soak: TimedSlope, step: number): Comparison {
  const { low, high } = dose.interval;
  const meets = soak.low <= high + step && soak.high >= low - step;
  const digits = dose.unit === 'bytes' ? 0 : 3;
  const figures = `the dose had ${dose.slope.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}] ${dose.unit} per call`;
  if (meets) return { result: 'agrees', line: `agrees: ${figures}` };
  const cause = causes[dose.metric];
  return { result: 'differs', line: `differs: ${figures}${cause === undefined ? '' : `; ${cause}`}` };
}

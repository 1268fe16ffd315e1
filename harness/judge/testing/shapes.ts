import test from 'ava';
import type { SlopeVerdict } from '../verdict-record.ts';
import { judge } from '../verdict.ts';
import { fds, seriesOf } from './series.ts';

/** So many values, each made of its place. */
export function count(n: number, value: (index: number) => number): number[] {
  return Array.from({ length: n }, (_, index) => value(index));
}

/** A plan of nine readings. */
export const nine = count(9, (index) => index * 500);

/** One of twelve, whose doses double. */
export const doubling = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** An idle cell of twelve readings that changes by 1 at random. */
export const jitter = [30, 31, 30, 30, 31, 30, 31, 31, 30, 30, 31, 30];

/** An idle cell that is at 30 and at 31 by turns. */
export function oneOrZero(n: number): number[] {
  return count(n, (index) => 30 + (index % 2));
}

interface Expected {
  verdict: SlopeVerdict['verdict'];
  withdrawn?: SlopeVerdict['withdrawn'];
  saturation?: SlopeVerdict['saturation'];
  moreDoses?: SlopeVerdict['moreDoses'];
  reasons: string[];
}

/** The parts of a verdict that a run's shape decides; the sentence on the threshold's parts is left out. */
function shapeOf({ verdict, withdrawn, saturation, moreDoses, reasons }: SlopeVerdict): Expected {
  return {
    verdict,
    withdrawn,
    reasons: reasons.slice(0, -1),
    ...(saturation && { saturation }),
    ...(moreDoses && { moreDoses }),
  };
}

/** The verdict on a run of fds, beside an idle cell with the same plan of doses. */
export const says = test.macro(
  (t, doses: readonly number[], values: readonly number[], idle: readonly number[], expected: Expected) => {
    const verdict = judge(seriesOf(fds, doses, values), seriesOf(fds, doses, idle));
    t.deepEqual(shapeOf(verdict), { withdrawn: [], ...expected });
  },
);

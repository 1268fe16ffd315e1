import type { CellContext } from './cell-context.ts';
import type { Recorder } from './recorder.ts';
import type { WorkUnit } from '../store/activity.ts';

/** Reads a subject that has nothing to do, once for each dose of a schedule: what its readings show is no work's. */
export async function readIdle(
  { event }: Pick<CellContext, 'event'>,
  recorder: Recorder,
  doses: readonly number[],
): Promise<void> {
  for (const dose of doses) event({ code: 'idle-reading', values: await recorder.read(dose) });
}

/**
 * Reads at a dose, and returns the readings.
 *
 * @param unit of the dose
 */
export async function readAt(
  { event, phase }: Pick<CellContext, 'event' | 'phase'>,
  recorder: Recorder,
  dose: number,
  unit: WorkUnit,
): Promise<Record<string, number>> {
  const values = await phase('harness', { activity: 'reading', dose, unit }, () => recorder.read(dose));
  event({ code: 'reading', dose, values });
  return values;
}

/** Applies so many more units, which make the dose; resolves with how many of them it could apply, when not all. */
export type Apply = (more: number, dose: number) => Promise<number | void>;

/**
 * Applies a schedule of doses, and reads at each. One that could not be applied whole is read at what it came to, and the last.
 *
 * @param doses units since the first reading, ascending
 * @param unit of the doses
 * @returns what was read, a reading a dose
 */
export async function applyDoses(
  context: Pick<CellContext, 'event' | 'phase'>,
  recorder: Recorder,
  doses: readonly number[],
  unit: WorkUnit,
  apply: Apply,
): Promise<Record<string, number>[]> {
  const readings: Record<string, number>[] = [];
  let reached = 0;
  for (const dose of doses) {
    const more = dose - reached;
    if (more > 0) reached += (await apply(more, dose)) ?? more;
    readings.push(await readAt(context, recorder, reached, unit));
    if (reached < dose) break;
  }
  return readings;
}

import type { Assessment } from './assessment.ts';
import { accusing } from './confidence.ts';
import { deepestFall } from './fall.ts';
import { decidingReading } from './lone-reading.ts';
import { bestStep } from './single-step.ts';
import { tQuantile } from './student-t.ts';
import type { IdleNoise } from './threshold.ts';
import type { Withdrawal } from './verdict-record.ts';
import { hasOwnNoise, leastSteady } from './wander.ts';
import type { Words } from './words.ts';

/** A sign that the run was bad, and the sentence that says so. */
export interface Objection {
  withdrawal: Withdrawal;
  reason: string;
}

/** Objections to an interval that lies above the threshold. They can only withdraw the verdict of a leak. */
export function objectionsTo(assessment: Assessment, idle: IdleNoise, words: Words): Objection[] {
  const { readings, line, robust, interval, threshold, doses, differences } = assessment;
  const objections: Objection[] = [];

  const lone = decidingReading(readings, threshold.value);
  if (lone) {
    const reason = `one reading decides: without ${words.amount(lone.value)} at dose ${words.number(lone.dose)} the growth is not above the threshold`;
    objections.push({ withdrawal: 'outlier', reason });
  }
  // Either alone is common: an uneven leak, or few readings. Together the growth has no witness but a few readings.
  if (robust.slope < interval.low && robust.low <= threshold.value) {
    const reason = `a few readings make the growth: the robust slope is ${words.slope(robust.slope)}, and may be as low as ${words.slope(robust.low)}`;
    objections.push({ withdrawal: 'outlier', reason });
  }

  const step = bestStep(readings);
  if (step && step.residual <= line.residual) {
    const reason = `a single step of ${words.amount(step.height)} between doses ${words.number(step.after)} and ${words.number(step.before)} describes it as well as growth with every dose`;
    objections.push({ withdrawal: 'single-step', reason });
  }

  const fall = deepestFall(readings);
  const growth = line.slope * (doses.to - doses.from);
  // Two readings without work differ by less than this: a fall within it is the instrument's.
  const jitter = tQuantile(accusing, idle.degrees) * Math.SQRT2 * idle.noise;
  if (fall && fall.amount > growth / 2 && fall.amount > jitter) {
    const reason = `it fell by ${words.amount(fall.amount)} between doses ${words.number(fall.from)} and ${words.number(fall.to)}, more than half of what it grew in all: something takes it back from time to time`;
    objections.push({ withdrawal: 'saw-tooth', reason });
  }

  const steady = leastSteady(differences);
  // The least particular of the objections: a step or a saw-tooth is not steady either.
  if (objections.length === 0 && hasOwnNoise(line, idle) && steady <= threshold.value) {
    const reason = `it is noisier than the idle cell, and a value that wanders grows like this by chance: its differences from dose to dose leave room for anything down to ${words.slope(steady)}`;
    objections.push({ withdrawal: 'wandering', reason });
  }
  return objections;
}

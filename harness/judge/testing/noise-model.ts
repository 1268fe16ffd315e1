import type { Random } from './random.ts';

/** Draws the readings of a metric in one cell without work: a value for each reading, in units of its own typical spread. */
export type Noise = (random: Random, count: number) => number[];

/** A model of a metric's noise in the idle cell and in the dosed one; the work itself adds nothing. */
export interface NoiseModel {
  name: string;
  /**
   * Whether it violates the assumptions of a line with independent errors: readings far off, a value that wanders, teeth, steps. The limits
   * on false accusations and misses hold for all models together then, not for this one alone, and a leak at the detection limit
   * may be left inconclusive more often.
   */
  rough: boolean;
  idle: Noise;
  run: Noise;
  /** In the same unit; 0.001, i.e. none to speak of, when left out. */
  granularity?: number;
}

/**
 * The confidence that the judge requires. Both values come from the requirement on it: at most 0.1 % of the runs without a leak are
 * reported as leaks, at most 1 % of the leaks at the detection limit are missed. They differ, since a wrong accusation sends
 * people after a bug that is not there, and a miss can be met by adding doses.
 */

/** One-sided confidence of the lower end of an interval, which accuses, and of everything in a threshold. */
export const accusing = 0.999;

/** One-sided confidence of the upper end of an interval, which acquits, and the power at the detection limit. */
export const acquitting = 0.99;

/** The outcome of a cell. The last three are not verdicts: the experiment could not be done. */
export const outcomes = [
  'as-expected',
  'unexpected',
  'inconclusive',
  'not-applicable',
  'boot-failed',
  'infra-failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** The phases that a cell spends its time on. The first two are the subject's own. */
export const shares = ['dockerd ticks', 'dockerd starts and stops', 'containers', 'harness'] as const;
export type Share = (typeof shares)[number];

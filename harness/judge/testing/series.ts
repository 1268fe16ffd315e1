import type { Series } from '../../evidence/series.ts';

/** The labels of a series. */
export interface Metric {
  metric: string;
  unit: string;
  granularity: number;
}

/** Open files, counted one by one. */
export const fds: Metric = { metric: 'fds', unit: 'fds', granularity: 1 };
/** A series of calls, one value per dose. */
export function seriesOf(metric: Metric, doses: readonly number[], values: readonly number[]): Series {
  return {
    ...metric,
    per: 'call',
    points: doses.map((dose, index) => ({ dose, value: values[index] ?? Number.NaN })),
  };
}

import { z } from 'zod';
import { defineEvidence } from './kind.ts';
import { seriesRecord, seriesUnits } from './series.ts';

/**
 * Its `dose` is the one that the dosed subject had at that place in the schedule: this is what turns a drift in time into a drift per dose.
 */
export const idleSeries = defineEvidence({
  kind: 'idle-series',
  meaning: 'The readings of the same metrics on the same schedule, without work.',
  units: seriesUnits,
  schema: z.array(seriesRecord),
});

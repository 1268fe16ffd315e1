import { z } from 'zod';
import { defineEvidence } from './kind.ts';
import { seriesRecord, seriesUnits } from './series.ts';

export const doseSeries = defineEvidence({
  kind: 'dose-series',
  meaning: 'The readings of each metric over the units of work that were applied before them.',
  units: seriesUnits,
  schema: z.array(seriesRecord),
});

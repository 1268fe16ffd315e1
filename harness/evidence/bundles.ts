import { z } from 'zod';
import { defineEvidence } from './kind.ts';

export const bundles = defineEvidence({
  kind: 'bundles',
  meaning: 'The files of each collection that the collector of lab diagnose took in the cell, as text, by name.',
  units: {},
  schema: z.array(z.strictObject({ files: z.record(z.string(), z.string()) })),
});

/** The files of one collection. */
export type CollectedFiles = z.infer<typeof bundles.schema>[number];

import { z } from 'zod';
import { defineEvidence } from './kind.ts';

/** A line of a daemon's log, verbatim, with its own time. */
const logLine = z.strictObject({ time: z.string(), line: z.string() });
export type LogLine = z.infer<typeof logLine>;

export const logLines = defineEvidence({
  kind: 'log-lines',
  meaning: "Lines of the daemon's log that match one pattern, verbatim, in their order.",
  units: {},
  schema: z.array(logLine),
});

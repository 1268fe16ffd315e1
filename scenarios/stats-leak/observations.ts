import { z } from 'zod';
import { report } from '../../harness/clients/engine/protocol.ts';
import { statsCall } from '../../harness/clients/stats-call.ts';
import { notesRecord } from '../../harness/dosing/notes.ts';
import { seriesRecord } from '../../harness/judge/sample.ts';
import { caller, namelessConnections } from '../../harness/probes/callers.ts';

/** Observations of a cell of stats-leak, as they are stored. */
export const observations = z.strictObject({
  /** The course of one call, before any dose. */
  answer: statsCall,
  series: z.array(seriesRecord),
  idle: z.array(seriesRecord),
  /** Calls before the first dose are counted by the client, too. */
  client: z.strictObject({ pid: z.int(), warmUp: z.int(), dosed: report }),
  callers: z.array(caller),
  /** Absent in runs from before it was counted. */
  nameless: namelessConnections.optional(),
  notes: notesRecord,
});

export type StatsLeakObservations = z.infer<typeof observations>;

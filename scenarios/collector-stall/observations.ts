import { z } from 'zod';
import { report } from '../../harness/clients/engine/protocol.ts';
import { notesRecord } from '../../harness/dosing/notes.ts';
import { recoverySeriesRecord } from '../../harness/judge/recovery-record.ts';
import { seriesRecord } from '../../harness/judge/sample.ts';
import { caller, namelessConnections } from '../../harness/probes/callers.ts';
import { containerdFates } from './containerd-eras.ts';

/** Observations of a cell of collector-stall, as they are stored. */
export const observations = z.strictObject({
  series: z.array(seriesRecord),
  /** The same probes on the same schedule, before any call. */
  idle: z.array(seriesRecord),
  /** Calls that warmed the daemon up, and are counted by the client. */
  warmUp: z.int(),
  /** The client's process, and what its calls came to at the last dose, and after the release. */
  client: z.strictObject({ pid: z.int(), dosed: report, released: report }),
  callers: z.array(caller),
  /** Absent in runs from before it was counted. */
  nameless: namelessConnections.optional(),
  notes: notesRecord,
  /** The state of the stopped containerd; absent when it was not stopped, and in runs from before this was observed. */
  containerd: z.enum(containerdFates).optional(),
  /** Seconds from the release of the collector until every waiting call was answered; absent when there was nothing to release. */
  releaseSeconds: z.number().optional(),
  recovery: z.array(recoverySeriesRecord),
});

export type CollectorStallObservations = z.infer<typeof observations>;

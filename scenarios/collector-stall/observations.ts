import { callCount } from '../../harness/evidence/call-count.ts';
import { callers } from '../../harness/evidence/callers.ts';
import { clientReport } from '../../harness/evidence/client-report.ts';
import { containerdFate } from '../../harness/evidence/containerd-fate.ts';
import { daemonNotes } from '../../harness/evidence/daemon-notes.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { duration } from '../../harness/evidence/duration.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { optional } from '../../harness/evidence/members.ts';
import { namelessConnections } from '../../harness/evidence/nameless-connections.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { processId } from '../../harness/evidence/process-id.ts';
import { recoverySeries } from '../../harness/evidence/recovery-series.ts';

/** Observations of a cell of collector-stall, as they are stored. */
export const observations = defineObservations(
  {
    series: doseSeries,
    /** Before any call. */
    idle: idleSeries,
    /** Calls that warmed the daemon up, and are counted by the client. */
    warmUp: callCount,
    /** The client's process, and the results of its calls at the last dose, and after the release. */
    client: { pid: processId, dosed: clientReport, released: clientReport },
    callers,
    /** Absent in runs from before it was counted. */
    nameless: optional(namelessConnections),
    notes: daemonNotes,
    /** Absent when containerd was not stopped, and in runs from before this was observed. */
    containerd: optional(containerdFate),
    /** From the release of the collector until every waiting call was answered; absent when there was nothing to release. */
    releaseSeconds: optional(duration),
    recovery: recoverySeries,
  },
  ['notes.profiles.heap', 'callers', 'nameless'],
);

export type CollectorStallObservations = ValueOfObservations<typeof observations>;

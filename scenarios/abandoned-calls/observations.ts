import { callCount } from '../../harness/evidence/call-count.ts';
import { callers } from '../../harness/evidence/callers.ts';
import { clientReport } from '../../harness/evidence/client-report.ts';
import { daemonNotes } from '../../harness/evidence/daemon-notes.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { optional } from '../../harness/evidence/members.ts';
import { namelessConnections } from '../../harness/evidence/nameless-connections.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { processId } from '../../harness/evidence/process-id.ts';
import { recoverySeries } from '../../harness/evidence/recovery-series.ts';

/** Observations of a cell of abandoned-calls, as they are stored. */
export const observations = defineObservations(
  {
    series: doseSeries,
    /** After the warm-up, and before the first dose. */
    idle: idleSeries,
    /** Calls that warmed the daemon up; the client counts them, too. */
    warmUp: callCount,
    /** The last process that called, and the calls of all of them. */
    client: { pid: processId, dosed: clientReport },
    callers,
    nameless: namelessConnections,
    notes: daemonNotes,
    recovery: {
      /** No call is open, and the container is in its state. */
      idle: recoverySeries,
      /** After that the container was ended, or for `pull` the registry; absent where the container had ended before. */
      ended: optional(recoverySeries),
    },
  },
  ['notes.profiles.goroutines', 'recovery.idle', 'recovery.ended', 'nameless'],
);

export type AbandonedCallsObservations = ValueOfObservations<typeof observations>;

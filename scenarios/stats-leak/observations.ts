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
import { statsCall } from '../../harness/evidence/stats-call.ts';

/** Observations of a cell of stats-leak, as they are stored. */
export const observations = defineObservations(
  {
    /** Before any dose. */
    answer: statsCall,
    series: doseSeries,
    idle: idleSeries,
    /** Calls before the first dose are counted by the client, too. */
    client: { pid: processId, warmUp: callCount, dosed: clientReport },
    callers,
    /** Absent in runs from before it was counted. */
    nameless: optional(namelessConnections),
    notes: daemonNotes,
  },
  ['answer', 'notes.profiles.heap', 'callers', 'nameless'],
);

export type StatsLeakObservations = ValueOfObservations<typeof observations>;

import { daemonNotes } from '../../harness/evidence/daemon-notes.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { execTally } from '../../harness/evidence/exec-tally.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { optional } from '../../harness/evidence/members.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { recoverySeries } from '../../harness/evidence/recovery-series.ts';
import { runtimeVersions } from '../../harness/evidence/runtime-versions.ts';

/** Observations of a cell of exec-churn, as they are stored. */
export const observations = defineObservations(
  {
    versions: runtimeVersions,
    series: doseSeries,
    /** After the warm-up, and before the first dose. */
    idle: idleSeries,
    tally: execTally,
    notes: daemonNotes,
    /** Until dockerd has forgotten the execs of the last minutes; absent where the cell does not wait for it. */
    forgotten: optional(recoverySeries),
  },
  ['tally', 'versions', 'series', 'notes.profiles.heap', 'forgotten'],
);

export type ExecChurnObservations = ValueOfObservations<typeof observations>;

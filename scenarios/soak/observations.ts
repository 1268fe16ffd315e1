import { clientReport } from '../../harness/evidence/client-report.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { soakRecord } from '../../harness/evidence/soak-record.ts';
import { statsCall } from '../../harness/evidence/stats-call.ts';

/** Observations of a cell of soak, as they are stored. */
export const observations = defineObservations(
  {
    /** Before any other call. */
    answer: statsCall,
    /** A dose in bursts, on the same daemon, before the soak. */
    dose: { series: doseSeries, idle: idleSeries },
    soak: soakRecord,
    /** Of the last segment. */
    client: clientReport,
  },
  ['answer', 'soak'],
);

export type SoakObservations = ValueOfObservations<typeof observations>;

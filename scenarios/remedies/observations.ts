import { clientReport } from '../../harness/evidence/client-report.ts';
import { containerStarts } from '../../harness/evidence/container-starts.ts';
import { doseSeries } from '../../harness/evidence/dose-series.ts';
import { duration } from '../../harness/evidence/duration.ts';
import { idleSeries } from '../../harness/evidence/idle-series.ts';
import { optional, type Observed } from '../../harness/evidence/members.ts';
import { netnsFiles } from '../../harness/evidence/netns-files.ts';
import { netnsState } from '../../harness/evidence/netns-state.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { refusals } from '../../harness/evidence/refusals.ts';
import { remediedContainers } from '../../harness/evidence/remedied-containers.ts';
import { statsCalls } from '../../harness/evidence/stats-calls.ts';
import { stuckCalls } from '../../harness/evidence/stuck-calls.ts';
import { vethCount } from '../../harness/evidence/veth-count.ts';

/** The state of the containers at one moment. */
const look = {
  answers: statsCalls,
  netnsFiles,
  containers: remediedContainers,
  strayVeths: vethCount,
};
export type Look = Observed<typeof look>;

/** The observations of a host that has lost namespaces, which one whose containers do not start does not have. */
const ofLoss = {
  lost: look,
  stuck: stuckCalls,
  remedied: look,
  series: doseSeries,
  idle: idleSeries,
  client: clientReport,
  /** After one more restart of the daemon, as its unit says now; `fresh` is a container that was started after the remedy. */
  restarted: look,
  fresh: netnsState,
};

/** The observations of every host. */
const ofAll = {
  refusals,
  /** The time that the remedy took, and for which the daemon did not answer. */
  seconds: duration,
  outageSeconds: duration,
};

/** Observations of a host that has lost namespaces. */
export type LossObservations = Observed<typeof ofLoss> & Observed<typeof ofAll>;

/** Observations of a cell of remedies, as they are stored. */
export const observations = defineObservations(
  {
    lost: optional(look),
    stuck: optional(stuckCalls),
    ...ofAll,
    remedied: optional(look),
    series: optional(doseSeries),
    idle: optional(idleSeries),
    client: optional(clientReport),
    restarted: optional(look),
    fresh: optional(netnsState),
    /** Of a host whose containerd has a unit of its own: before the remedy, after it, and after one more restart of the daemon. */
    starts: optional({ before: containerStarts, remedied: containerStarts, restarted: containerStarts }),
  },
  ['starts', 'remedied', 'stuck', 'refusals'],
);

export type RemedyObservations = ValueOfObservations<typeof observations>;

/** The observations of a host whose containers did not start. */
export type StartObservations = RemedyObservations & { starts: NonNullable<RemedyObservations['starts']> };

/** Whether a host was one that has lost namespaces: it has all of their observations. */
export function isOfLoss(seen: RemedyObservations): seen is RemedyObservations & LossObservations {
  return Object.keys(ofLoss).every((name) => Object.hasOwn(seen, name));
}

/** Whether a host was one whose containers did not start. */
export function isOfStarts(seen: RemedyObservations): seen is StartObservations {
  return seen.starts !== undefined;
}

import { containerStarts } from '../../harness/evidence/container-starts.ts';
import { hostGateways } from '../../harness/evidence/host-gateways.ts';
import { ipv6Addresses } from '../../harness/evidence/ipv6-addresses.ts';
import { logLines } from '../../harness/evidence/log-lines.ts';
import { optional } from '../../harness/evidence/members.ts';
import { netnsFiles } from '../../harness/evidence/netns-files.ts';
import { nextAddress } from '../../harness/evidence/next-address.ts';
import { defineObservations, type ValueOfObservations } from '../../harness/evidence/observations.ts';
import { restoredContainers } from '../../harness/evidence/restored-containers.ts';
import { statsCalls } from '../../harness/evidence/stats-calls.ts';
import { statsStreams } from '../../harness/evidence/stats-streams.ts';
import { tickLimit } from '../../harness/evidence/tick-limit.ts';

/** Observations of a cell of netns-restore, as they are stored. */
export const observations = defineObservations(
  {
    netnsFiles,
    restoreErrors: logLines,
    /** Absent in runs from before they were looked for. */
    populateErrors: optional(logLines),
    collectingStats: logLines,
    tickLimit,
    stats: statsCalls,
    streams: statsStreams,
    containers: restoredContainers,
    next: nextAddress,
    /** Of cells whose containerd has a unit of its own, or whose MountFlags are added. When no container starts, there are no namespaces and no calls. */
    starts: optional(containerStarts),
    /** Of the setup host-gateway. */
    hostGateways: optional(hostGateways),
    /** Of the setup ipv6: the containers, and the IPv6 address of the next one. */
    ipv6: optional(ipv6Addresses),
    nextIpv6: optional(nextAddress),
  },
  ['starts', 'netnsFiles', 'stats', 'streams', 'containers'],
);

export type NetnsRestoreObservations = ValueOfObservations<typeof observations>;
